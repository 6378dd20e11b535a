-- What records and notifications run beside the entry store.

-- name: role_holders   may: -   args: school:id role:text now:utc   cols: person:id
SELECT DISTINCT r.person FROM person_role r JOIN person p ON p.id = r.person AND p.school = r.school
 WHERE r.school = :school AND r.role = :role AND r.from_utc <= :now AND (r.upto_utc IS NULL OR r.upto_utc > :now)
   AND (p.active_upto IS NULL OR p.active_upto > :now)
 ORDER BY r.person LIMIT 200;

-- name: outbox_put   may: -   args: school:id kind:text person:id link:text entry:id? now:utc due:utc
-- A notice that has not gone yet is not repeated.
INSERT INTO outbox (school, kind, person, link, entry, made_utc, due_utc)
SELECT :school, :kind, :person, :link, :entry, :now, :due
 WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.school = :school AND o.kind = :kind AND o.person = :person
   AND o.link = :link AND o.sent_utc IS NULL AND o.due_utc <= :due);

-- name: outbox_due   may: -   args: school:id now:utc stale:utc limit:int
-- cols: id:id kind:text person:id link:text mail:text tries:int
SELECT o.id, o.kind, o.person, o.link, p.mail, o.tries FROM outbox o JOIN person p ON p.id = o.person AND p.school = o.school
 WHERE o.school = :school AND o.sent_utc IS NULL AND o.due_utc <= :now AND (o.taken_utc IS NULL OR o.taken_utc < :stale)
 ORDER BY o.due_utc, o.id LIMIT :limit;

-- name: outbox_take   may: -   args: school:id id:id now:utc stale:utc
UPDATE outbox SET taken_utc = :now
 WHERE school = :school AND id = :id AND sent_utc IS NULL AND (taken_utc IS NULL OR taken_utc < :stale);

-- name: outbox_sent   may: -   args: school:id id:id now:utc
UPDATE outbox SET sent_utc = :now, tries = tries + 1, failed = '' WHERE school = :school AND id = :id;

-- name: outbox_failed   may: -   args: school:id id:id due:utc why:text
UPDATE outbox SET taken_utc = NULL, tries = tries + 1, due_utc = :due, failed = :why WHERE school = :school AND id = :id;

-- name: outbox_withdraw   may: -   args: school:id person:id entry:id
-- What has not gone yet to somebody who must not hear of it any more.
DELETE FROM outbox WHERE school = :school AND person = :person AND entry = :entry AND sent_utc IS NULL;

-- name: outbox_of   may: -   args: school:id person:id   cols: id:id kind:text link:text entry:id made_utc:utc sent_utc:utc
SELECT id, kind, link, entry, made_utc, sent_utc FROM outbox WHERE school = :school AND person = :person ORDER BY id DESC LIMIT 500;
