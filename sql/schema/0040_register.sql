-- Registers with pages: what may stand in one entry only, and files between being uploaded and being applied.

CREATE TABLE entry_unique (
  school        {int} NOT NULL REFERENCES school(id),
  register      {text} NOT NULL,
  field         {text} NOT NULL,                     -- a field's name, or "key"
  value         {text} NOT NULL,                     -- folded; longer than 200 bytes: its digest
  entry         {int} NOT NULL REFERENCES entry(id),
  PRIMARY KEY (school, register, field, value)
) {strict};
CREATE INDEX entry_unique_by_entry ON entry_unique (school, entry);

CREATE TABLE register_upload (
  id            {id},
  school        {int} NOT NULL REFERENCES school(id),
  person        {int} NOT NULL REFERENCES person(id),
  register      {text} NOT NULL,
  name          {text} NOT NULL,
  bytes         {blob} NOT NULL,                     -- emptied once it is applied
  made_utc      {int} NOT NULL,
  applied_utc   {int} NOT NULL DEFAULT 0             -- 0: not yet
) {strict};
CREATE INDEX register_upload_by_person ON register_upload (school, person, id);

-- A register's entries, newest first, whatever their state.
CREATE INDEX entry_by_register_id ON entry (school, register, id);
