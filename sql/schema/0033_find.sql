-- Finding people by a few letters: the words of their names and sign-in names, folded (house/account/find).
CREATE TABLE person_word (
  school        {int} NOT NULL REFERENCES school(id),
  word          {text} NOT NULL,
  person        {int} NOT NULL REFERENCES person(id),
  PRIMARY KEY (school, word, person)
) {strict};
CREATE INDEX person_word_by_person ON person_word (school, person);
CREATE INDEX access_grant_by_time ON access_grant (school, from_utc, id);

-- A grant is never taken out of the record (7.2-01): its end is a date.
-- only: sqlite
CREATE TRIGGER access_grant_stays BEFORE DELETE ON access_grant
BEGIN SELECT RAISE(ABORT, 'a grant of access is never deleted'); END;
-- end
-- only: postgres
CREATE FUNCTION access_grant_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a grant of access is never deleted'; END $$;
CREATE TRIGGER access_grant_stays BEFORE DELETE ON access_grant FOR EACH ROW EXECUTE FUNCTION access_grant_stays();
-- end

-- Staff who write to learners or parents: they need an address of the school's (9.5-01).
ALTER TABLE person ADD COLUMN contacts_families {int} NOT NULL DEFAULT 0;
