-- Mail: troubles, the mailbox's cursor, its letters and answers.

-- name: trouble_put   may: -   args: school:id what:text person:id why:text now:utc
INSERT INTO mail_trouble (school, what, person, why, since_utc, last_utc) VALUES (:school, :what, :person, :why, :now, :now)
 ON CONFLICT (school, what, person) DO UPDATE SET why = excluded.why, last_utc = excluded.last_utc;

-- name: trouble_drop   may: -   args: school:id what:text person:id
DELETE FROM mail_trouble WHERE school = :school AND what = :what AND person = :person;

-- name: outbox_hold   may: -   args: school:id id:id due:utc
UPDATE outbox SET due_utc = :due WHERE school = :school AND id = :id AND sent_utc IS NULL;

-- name: trouble_all   may: -   args: school:id   cols: what:text person:id why:text since_utc:utc last_utc:utc
SELECT what, person, why, since_utc, last_utc FROM mail_trouble WHERE school = :school ORDER BY what DESC, since_utc, person LIMIT 500;

-- name: mail_owners   may: -   args: school:id mail:text   cols: id:id kind:text name:text
-- Whose address this is; compared as people write addresses.
SELECT id, kind, name FROM person WHERE school = :school AND lower(mail) = lower(:mail) AND active_upto IS NULL ORDER BY id LIMIT 20;

-- name: cursor_get   may: -   args: school:id   cols: uidvalidity:int uid:int read_utc:utc
SELECT uidvalidity, uid, read_utc FROM mailbox_cursor WHERE school = :school;

-- name: cursor_put   may: -   args: school:id uidvalidity:int uid:int now:utc
INSERT INTO mailbox_cursor (school, uidvalidity, uid, read_utc) VALUES (:school, :uidvalidity, :uid, :now)
 ON CONFLICT (school) DO UPDATE SET uidvalidity = excluded.uidvalidity, uid = excluded.uid, read_utc = excluded.read_utc;

-- name: mailbox_known   may: -   args: school:id digest:text   cols: n:int
SELECT count(*) FROM mailbox_letter WHERE school = :school AND digest = :digest;

-- name: mailbox_put   may: -   args: school:id digest:text now:utc outcome:text entry:id? parts:int
INSERT INTO mailbox_letter (school, digest, came_utc, outcome, entry, parts_left) VALUES (:school, :digest, :now, :outcome, :entry, :parts);

-- name: mailbox_counts   may: -   args: school:id since:utc   cols: outcome:text n:int
SELECT outcome, count(*) FROM mailbox_letter WHERE school = :school AND came_utc >= :since GROUP BY outcome ORDER BY outcome;

-- name: answers_since   may: -   args: school:id sender:text day:utc hour:utc   cols: same:int all:int
SELECT COALESCE(sum(CASE WHEN sender = :sender AND made_utc >= :day THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN made_utc >= :hour THEN 1 ELSE 0 END), 0)
  FROM mailbox_answer WHERE school = :school AND made_utc >= :day;

-- name: answer_put   may: -   args: school:id sender:text mail:text reference:text now:utc
INSERT INTO mailbox_answer (school, sender, mail, reference, made_utc, due_utc) VALUES (:school, :sender, :mail, :reference, :now, :now);

-- name: answers_due   may: -   args: school:id now:utc limit:int   cols: id:id mail:text reference:text tries:int
SELECT id, mail, reference, tries FROM mailbox_answer WHERE school = :school AND ended_utc IS NULL AND due_utc <= :now ORDER BY due_utc, id LIMIT :limit;

-- name: answer_end   may: -   args: school:id id:id now:utc
UPDATE mailbox_answer SET ended_utc = :now, mail = '', reference = '', tries = tries + 1 WHERE school = :school AND id = :id AND ended_utc IS NULL;

-- name: answer_later   may: -   args: school:id id:id due:utc
UPDATE mailbox_answer SET due_utc = :due, tries = tries + 1 WHERE school = :school AND id = :id AND ended_utc IS NULL;
