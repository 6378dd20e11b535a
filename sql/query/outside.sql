-- Signing in from outside.  Who may see and change what is decided in house/outside/identity and by the routes.

-- name: outside_find   may: -   args: school:id issuer:text subject:text   cols: id:id person:id
SELECT id, person FROM outside_identity WHERE school = :school AND issuer = :issuer AND subject = :subject;

-- name: outside_put   may: -   args: school:id provider:text issuer:text subject:text person:id shown:text at:utc by:id   cols: id:id
INSERT INTO outside_identity (school, provider, issuer, subject, person, shown, made_utc, made_by)
VALUES (:school, :provider, :issuer, :subject, :person, :shown, :at, :by) RETURNING id;

-- name: outside_seen   may: -   args: school:id id:id at:utc
UPDATE outside_identity SET seen_utc = :at WHERE school = :school AND id = :id;

-- name: outside_of   may: -   args: school:id person:id
-- cols: id:id provider:text issuer:text shown:text made_utc:utc made_by:id seen_utc:utc
SELECT id, provider, issuer, shown, made_utc, made_by, COALESCE(seen_utc, 0)
  FROM outside_identity WHERE school = :school AND person = :person ORDER BY id;

-- name: outside_drop   may: -   args: school:id person:id id:id
DELETE FROM outside_identity WHERE school = :school AND person = :person AND id = :id;

-- name: outside_count   may: -   args: school:id   cols: n:int
SELECT count(*) FROM outside_identity WHERE school = :school;

-- name: outside_by_mail   may: -   args: school:id mail:text now:utc   cols: id:id
-- Whoever is here and has that mail name; two rows say that it is nobody in particular.
SELECT p.id FROM person p JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND lower(p.mail) = :mail AND a.state = 'open'
   AND (p.active_upto IS NULL OR p.active_upto > :now) ORDER BY p.id LIMIT 2;

-- name: outside_by_name   may: -   args: school:id sign_in:text now:utc   cols: id:id mail:text
SELECT p.id, COALESCE(p.mail, '') FROM person p JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND a.sign_in = :sign_in AND a.state = 'open'
   AND (p.active_upto IS NULL OR p.active_upto > :now);

-- name: outside_try_put   may: -
-- args: school:id state_hash:blob provider:text nonce:text verifier:text browser_hash:blob person:id next:text at:utc
INSERT INTO outside_try (state_hash, school, provider, nonce, verifier, browser_hash, person, next, made_utc)
VALUES (:state_hash, :school, :provider, :nonce, :verifier, :browser_hash, :person, :next, :at);

-- name: outside_try_take   may: -   args: school:id state_hash:blob
-- cols: provider:text nonce:text verifier:text browser_hash:blob person:id next:text made_utc:utc
-- Once: whoever takes it is the only one.
DELETE FROM outside_try WHERE school = :school AND state_hash = :state_hash
 RETURNING provider, nonce, verifier, browser_hash, person, next, made_utc;

-- name: outside_try_count   may: -   args: school:id   cols: n:int
SELECT count(*) FROM outside_try WHERE school = :school;

-- name: outside_try_sweep   may: -   args: school:id before:utc
DELETE FROM outside_try WHERE school = :school AND made_utc < :before;

-- name: outside_wait_put   may: -   args: school:id provider:text issuer:text subject:text shown:text why:text at:utc
INSERT INTO outside_waiting (school, provider, issuer, subject, shown, why, seen_utc)
VALUES (:school, :provider, :issuer, :subject, :shown, :why, :at)
 ON CONFLICT (school, issuer, subject) DO UPDATE SET shown = excluded.shown, why = excluded.why, seen_utc = excluded.seen_utc;

-- name: outside_wait_rows   may: -   args: school:id
-- cols: id:id provider:text issuer:text subject:text shown:text why:text seen_utc:utc
SELECT id, provider, issuer, subject, shown, why, seen_utc FROM outside_waiting WHERE school = :school ORDER BY seen_utc DESC, id LIMIT 200;

-- name: outside_wait_row   may: -   args: school:id id:id
-- cols: provider:text issuer:text subject:text shown:text
SELECT provider, issuer, subject, shown FROM outside_waiting WHERE school = :school AND id = :id;

-- name: outside_wait_drop   may: -   args: school:id issuer:text subject:text
DELETE FROM outside_waiting WHERE school = :school AND issuer = :issuer AND subject = :subject;

-- name: outside_wait_drop_id   may: -   args: school:id id:id
DELETE FROM outside_waiting WHERE school = :school AND id = :id;

-- name: outside_wait_sweep   may: -   args: school:id before:utc
-- After thirty days, or when there are more than two hundred: the oldest go.
DELETE FROM outside_waiting
 WHERE school = :school AND (seen_utc < :before OR id NOT IN
       (SELECT w.id FROM outside_waiting w WHERE w.school = :school ORDER BY w.seen_utc DESC, w.id DESC LIMIT 200));

-- name: outside_setting   may: -   args: school:id name:text   cols: value:text
SELECT value FROM setting WHERE school = :school AND name = :name;

-- name: outside_setting_put   may: -   args: school:id name:text value:text by:id at:utc
INSERT INTO setting (school, name, value, changed_by, changed_utc) VALUES (:school, :name, :value, :by, :at)
 ON CONFLICT (school, name) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, changed_utc = excluded.changed_utc;
