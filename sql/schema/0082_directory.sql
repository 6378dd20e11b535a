-- Who of the school is whom in a directory: its lasting number (objectGUID, entryUUID) and the person.  Stays when they leave: who
-- comes back is the same person.
CREATE TABLE roll_link (
  school        {int} NOT NULL REFERENCES school(id),
  source        {text} NOT NULL,                     -- the [provider] of gatehouse.conf
  link_key      {text} NOT NULL,
  person        {int} NOT NULL REFERENCES person(id),
  made_utc      {int} NOT NULL,
  PRIMARY KEY (school, source, link_key)
) {strict};
CREATE UNIQUE INDEX roll_link_person ON roll_link (school, source, person);

-- A file that came from a directory: its name; '' = somebody uploaded it.
ALTER TABLE roll_upload ADD COLUMN directory {text} NOT NULL DEFAULT '';
