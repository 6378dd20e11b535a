-- The bytes of documents, sealed in pieces with the key of the case that they belong to.  A document that was taken away, or whose case
-- was disposed of, has none.
CREATE TABLE document_part (
  school        {int} NOT NULL REFERENCES school(id),
  entry         {int} NOT NULL REFERENCES entry(id),
  n             {int} NOT NULL,
  sealed        {blob} NOT NULL,
  PRIMARY KEY (school, entry, n)
) {strict};
