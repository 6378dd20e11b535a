-- Mail: troubles, the mailbox's cursor, its letters and answers.

-- name: trouble_put   may: -   args: school:id what:text person:id why:text now:utc
INSERT INTO mail_trouble (school, what, person, why, since_utc, last_utc) VALUES (:school, :what, :person, :why, :now, :now)
 ON CONFLICT (school, what, person) DO UPDATE SET why = excluded.why, last_utc = excluded.last_utc;

-- name: trouble_drop   may: -   args: school:id what:text person:id
DELETE FROM mail_trouble WHERE school = :school AND what = :what AND person = :person;

-- name: trouble_all   may: -   args: school:id   cols: what:text person:id why:text since_utc:utc last_utc:utc
SELECT what, person, why, since_utc, last_utc FROM mail_trouble WHERE school = :school ORDER BY what DESC, since_utc, person LIMIT 500;

-- name: mail_owners   may: -   args: school:id mail:text   cols: id:id kind:text name:text
-- Whose address this is; compared as people write addresses.
SELECT id, kind, name FROM person WHERE school = :school AND lower(mail) = lower(:mail) AND active_upto IS NULL ORDER BY id LIMIT 20;
