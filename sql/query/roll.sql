-- The roll: who a school says is there.  Read whole, compared in memory, written in one transaction.

-- name: roll_people   may: -   args: school:id
-- cols: id:id kind:text name:text year:int group_name:text mail:text upto_utc:utc ref:text born:text language:text phone:text care:int sign_in:text class:id
SELECT p.id, p.kind, p.name, COALESCE(p.year_group, -1), p.group_name, p.mail, COALESCE(p.active_upto, 0), p.reference, p.born, p.language, p.phone, p.in_care,
       a.sign_in, COALESCE((SELECT min(+m.class) FROM class_member m WHERE m.school = p.school AND m.person = p.id AND m.teaches = 0), 0)
  FROM person p LEFT JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school ORDER BY p.id;

-- name: roll_guardians   may: -   args: school:id
-- cols: parent:id learner:id relation:text responsible:int barred:int from_roll:int
SELECT parent, learner, relation, responsible, barred, from_roll FROM guardian WHERE school = :school ORDER BY learner, parent;

-- name: roll_teaching   may: -   args: school:id   cols: class:id person:id
SELECT class, person FROM class_member WHERE school = :school AND teaches = 1 ORDER BY class, person;

-- name: roll_classes   may: -   args: school:id   cols: id:id name:text year:int group_name:text upto_utc:utc
-- Ended ones too: a name stands once.
SELECT id, name, COALESCE(year_group, -1), group_name, COALESCE(active_upto, 0) FROM class WHERE school = :school ORDER BY id LIMIT 5000;

-- name: roll_known_as   may: -   args: school:id id:id ref:text? born:text
UPDATE person SET reference = :ref, born = :born WHERE school = :school AND id = :id;

-- name: roll_phone   may: -   args: school:id id:id phone:text
UPDATE person SET phone = :phone WHERE school = :school AND id = :id;

-- name: roll_language   may: -   args: school:id id:id language:text
UPDATE person SET language = :language WHERE school = :school AND id = :id;

-- name: roll_care   may: -   args: school:id id:id care:int
UPDATE person SET in_care = :care WHERE school = :school AND id = :id;

-- name: roll_class_set   may: -   args: school:id id:id year:int? has_year:int group:text upto:utc?
UPDATE class SET year_group = CASE WHEN :has_year = 1 THEN COALESCE(:year, 0) END, group_name = :group, active_upto = :upto WHERE school = :school AND id = :id;

-- name: roll_guardian_put   may: -   args: school:id parent:id learner:id relation:text responsible:int
INSERT INTO guardian (school, parent, learner, relation, responsible, from_roll) VALUES (:school, :parent, :learner, :relation, :responsible, 1)
 ON CONFLICT (school, parent, learner) DO UPDATE SET relation = excluded.relation, responsible = excluded.responsible, from_roll = 1;

-- name: roll_guardian_bar   may: -   args: school:id parent:id learner:id at:utc by:id
-- A bar is set here and never lifted: that is a safeguarding lead's.
UPDATE guardian SET barred = 1, told = 0, barred_utc = :at, barred_by = :by WHERE school = :school AND parent = :parent AND learner = :learner AND barred = 0;

-- name: roll_guardian_drop   may: -   args: school:id parent:id learner:id
-- What a person put there by hand, and whom a court keeps away, stays on file.
DELETE FROM guardian WHERE school = :school AND parent = :parent AND learner = :learner AND from_roll = 1 AND barred = 0;

-- name: person_kinds   may: -   args: school:id now:utc   cols: kind:text n:int
SELECT kind, count(*) FROM person WHERE school = :school AND (active_upto IS NULL OR active_upto > :now) GROUP BY kind ORDER BY kind;

-- name: account_reopen   may: -   args: school:id person:id at:utc
-- Back again: the name is theirs as before, the password and the second step are not.
UPDATE account SET state = 'open', password = NULL, totp = NULL, totp_step = 0, must_change = 0, changed_utc = :at WHERE school = :school AND person = :person;

-- name: person_back   may: -   args: school:id id:id
UPDATE person SET active_upto = NULL WHERE school = :school AND id = :id;

-- name: roll_upload_put   may: -   args: school:id by:id now:utc name:text bytes:blob directory:text   cols: id:id
INSERT INTO roll_upload (school, by_person, made_utc, name, bytes, directory) VALUES (:school, :by, :now, :name, :bytes, :directory) RETURNING id;

-- name: roll_upload_row   may: -   args: school:id id:id   cols: id:id by:id made_utc:utc name:text columns:text part:int bytes:blob directory:text
SELECT id, by_person, made_utc, name, columns, part, bytes, directory FROM roll_upload WHERE school = :school AND id = :id;

-- name: roll_upload_rows   may: -   args: school:id by:id stale:utc   cols: id:id made_utc:utc name:text
SELECT id, made_utc, name FROM roll_upload WHERE school = :school AND by_person = :by AND made_utc >= :stale ORDER BY id DESC LIMIT 20;

-- name: roll_upload_set   may: -   args: school:id id:id columns:text part:int
UPDATE roll_upload SET columns = :columns, part = :part WHERE school = :school AND id = :id;

-- name: roll_upload_drop   may: -   args: school:id id:id
DELETE FROM roll_upload WHERE school = :school AND id = :id;

-- name: roll_upload_sweep   may: -   args: school:id stale:utc
DELETE FROM roll_upload WHERE school = :school AND made_utc < :stale;

-- name: roll_shape_get   may: -   args: school:id name:text   cols: value:text
SELECT value FROM setting WHERE school = :school AND name = :name;

-- name: roll_shape_put   may: -   args: school:id name:text value:text by:id now:utc
INSERT INTO setting (school, name, value, changed_by, changed_utc) VALUES (:school, :name, :value, :by, :now)
 ON CONFLICT (school, name) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, changed_utc = excluded.changed_utc;

-- name: roll_links   may: -   args: school:id source:text   cols: key:text person:id
-- Who is known in a directory.
SELECT link_key, person FROM roll_link WHERE school = :school AND source = :source ORDER BY person;

-- name: roll_link_put   may: -   args: school:id source:text key:text person:id at:utc
INSERT INTO roll_link (school, source, link_key, person, made_utc) VALUES (:school, :source, :key, :person, :at)
 ON CONFLICT (school, source, link_key) DO NOTHING;
