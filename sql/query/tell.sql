-- Forms sent once, drafts, messages shown.

-- name: once_claim   may: -   args: school:id digest:blob now:utc
-- Somebody who sends the same form at the same moment waits here for the other to end.
INSERT INTO form_once (school, digest, location, at_utc) VALUES (:school, :digest, '', :now) ON CONFLICT (school, digest) DO NOTHING;

-- name: once_answer   may: -   args: school:id digest:blob location:text
UPDATE form_once SET location = :location WHERE school = :school AND digest = :digest;

-- name: once_row   may: -   args: school:id digest:blob   cols: location:text
SELECT location FROM form_once WHERE school = :school AND digest = :digest;

-- name: once_free   may: -   args: school:id digest:blob
DELETE FROM form_once WHERE school = :school AND digest = :digest;

-- name: once_sweep   may: -   args: school:id before:utc
DELETE FROM form_once WHERE school = :school AND at_utc < :before;

-- name: draft_row   may: -   args: school:id person:id form:text   cols: key:id sealed:blob changed_utc:utc
SELECT key, sealed, changed_utc FROM draft WHERE school = :school AND person = :person AND form = :form;

-- name: draft_put   may: -   args: school:id person:id form:text key:id sealed:blob now:utc
INSERT INTO draft (school, person, form, key, sealed, changed_utc) VALUES (:school, :person, :form, :key, :sealed, :now)
 ON CONFLICT (school, person, form) DO UPDATE SET key = excluded.key, sealed = excluded.sealed, changed_utc = excluded.changed_utc;

-- name: draft_drop   may: -   args: school:id person:id form:text
DELETE FROM draft WHERE school = :school AND person = :person AND form = :form;

-- name: draft_old   may: -   args: school:id before:utc   cols: person:id form:text
SELECT person, form FROM draft WHERE school = :school AND changed_utc < :before ORDER BY changed_utc LIMIT 500;

-- name: message_put   may: -   args: school:id person:id kind:text message:text session:id now:utc   cols: id:id
INSERT INTO message_shown (school, person, kind, message, session, at_utc)
VALUES (:school, :person, :kind, :message, :session, :now) RETURNING id;

-- name: message_last   may: -   args: school:id person:id kind:text   cols: message:text session:id at_utc:utc
SELECT message, session, at_utc FROM message_shown WHERE school = :school AND person = :person AND kind = :kind ORDER BY id DESC LIMIT 1;

-- name: message_log   may: -   args: school:id kind:text from:utc limit:int   cols: person:id message:text session:id at_utc:utc
SELECT person, message, session, at_utc FROM message_shown WHERE school = :school AND kind = :kind AND at_utc >= :from ORDER BY id DESC LIMIT :limit;
