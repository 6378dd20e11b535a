-- Passkeys, and codes for when they are lost.

-- name: passkey_put   may: -   args: school:id person:id credential:blob public_key:blob counter:int name:text now:utc   cols: id:id
INSERT INTO passkey (school, person, credential, public_key, counter, name, made_utc)
VALUES (:school, :person, :credential, :public_key, :counter, :name, :now)
 ON CONFLICT (school, credential) DO NOTHING RETURNING id;

-- name: passkey_of_person   may: -   args: school:id person:id
-- cols: id:id credential:blob name:text made_utc:utc used_utc:utc counter:int
SELECT id, credential, name, made_utc, COALESCE(used_utc, 0), counter FROM passkey WHERE school = :school AND person = :person ORDER BY id LIMIT 100;

-- name: passkey_by_credential   may: -   args: school:id credential:blob
-- cols: id:id person:id public_key:blob counter:int state:text upto_utc:utc
SELECT k.id, k.person, k.public_key, k.counter, a.state, COALESCE(p.active_upto, 0)
  FROM passkey k JOIN person p ON p.school = k.school AND p.id = k.person JOIN account a ON a.school = k.school AND a.person = k.person
 WHERE k.school = :school AND k.credential = :credential;

-- name: passkey_used   may: -   args: school:id id:id counter:int now:utc
-- Only forward: 0 stands for an authenticator that does not count.
UPDATE passkey SET counter = :counter, used_utc = :now
 WHERE school = :school AND id = :id AND (counter < :counter OR (counter = 0 AND :counter = 0));

-- name: passkey_drop   may: -   args: school:id person:id id:id
DELETE FROM passkey WHERE school = :school AND person = :person AND id = :id;

-- name: passkey_drop_all   may: -   args: school:id person:id
DELETE FROM passkey WHERE school = :school AND person = :person;

-- name: challenge_spend   may: -   args: school:id challenge:blob until:utc
INSERT INTO challenge_spent (school, challenge, until_utc) VALUES (:school, :challenge, :until) ON CONFLICT (school, challenge) DO NOTHING;

-- name: challenge_sweep   may: -   args: school:id now:utc
DELETE FROM challenge_spent WHERE school = :school AND until_utc < :now;

-- name: code_put   may: -   args: school:id account:id kind:text hash:blob
INSERT INTO account_code (school, account, kind, hash) VALUES (:school, :account, :kind, :hash);

-- name: code_drop_all   may: -   args: school:id account:id kind:text
DELETE FROM account_code WHERE school = :school AND account = :account AND kind = :kind;

-- name: code_use   may: -   args: school:id account:id kind:text hash:blob now:utc
-- Once.
UPDATE account_code SET used_utc = :now
 WHERE school = :school AND account = :account AND kind = :kind AND hash = :hash AND used_utc IS NULL;

-- name: code_left   may: -   args: school:id account:id kind:text   cols: n:int
SELECT count(*) FROM account_code WHERE school = :school AND account = :account AND kind = :kind AND used_utc IS NULL;
