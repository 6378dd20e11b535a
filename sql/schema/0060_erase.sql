-- What a version says in the open, and why, can be erased once two people have disposed of its entry (decision 0200): the version's digest is
-- over a salted digest of them, which stays.  Versions from before have none until they are erased.
ALTER TABLE entry_version ADD COLUMN salt {blob};         -- goes with what it salts
ALTER TABLE entry_version ADD COLUMN said {blob};         -- digest of salt, body and why
ALTER TABLE entry_version ADD COLUMN disposal {int};      -- the certificate by which it was erased

-- The one change that a version may see.
-- only: sqlite
DROP TRIGGER entry_version_no_update;
CREATE TRIGGER entry_version_no_update BEFORE UPDATE ON entry_version
WHEN NOT (OLD.disposal IS NULL AND NEW.disposal IS NOT NULL AND NEW.body = '' AND NEW.why = '' AND NEW.salt IS NULL AND length(NEW.said) = 32
  AND (OLD.said IS NULL OR NEW.said = OLD.said) AND NEW.school = OLD.school AND NEW.entry = OLD.entry AND NEW.version = OLD.version
  AND NEW.class = OLD.class AND NEW.state = OLD.state AND NEW.by_person = OLD.by_person AND NEW.at_utc = OLD.at_utc AND NEW.digest = OLD.digest
  AND EXISTS (SELECT 1 FROM entry d WHERE d.school = NEW.school AND d.id = NEW.disposal AND d.register IN ('disposal', 'disposal-entries') AND d.state = 'done'))
BEGIN SELECT RAISE(ABORT, 'entry_version is append-only'); END;
-- end
-- only: postgres
CREATE FUNCTION gatehouse_erase() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' AND OLD.disposal IS NULL AND NEW.disposal IS NOT NULL AND NEW.body = '' AND NEW.why = '' AND NEW.salt IS NULL AND length(NEW.said) = 32
     AND (OLD.said IS NULL OR NEW.said = OLD.said) AND NEW.school = OLD.school AND NEW.entry = OLD.entry AND NEW.version = OLD.version
     AND NEW.class = OLD.class AND NEW.state = OLD.state AND NEW.by_person = OLD.by_person AND NEW.at_utc = OLD.at_utc AND NEW.digest = OLD.digest
     AND EXISTS (SELECT 1 FROM entry d WHERE d.school = NEW.school AND d.id = NEW.disposal AND d.register IN ('disposal', 'disposal-entries') AND d.state = 'done')
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'entry_version is append-only';
END $$;
DROP TRIGGER entry_version_append_only ON entry_version;
CREATE TRIGGER entry_version_append_only BEFORE UPDATE OR DELETE ON entry_version FOR EACH ROW EXECUTE FUNCTION gatehouse_erase();
-- end

-- What has become due for disposal, oldest first.
CREATE INDEX entry_by_made ON entry (school, register, made_utc, id) WHERE state <> 'erased';
CREATE INDEX entry_by_changed ON entry (school, register, changed_utc, id) WHERE state <> 'erased';
