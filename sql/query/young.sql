-- Passwords that were, names that were, cards, learners who are signed in.

-- name: password_past_put   may: -   args: school:id person:id hash:text at:utc
INSERT INTO password_past (school, person, hash, at_utc) VALUES (:school, :person, :hash, :at);

-- name: password_past_rows   may: -   args: school:id person:id limit:int   cols: hash:text
SELECT hash FROM password_past WHERE school = :school AND person = :person ORDER BY id DESC LIMIT :limit;

-- name: password_past_cut   may: -   args: school:id person:id keep:int
DELETE FROM password_past WHERE school = :school AND person = :person
   AND id NOT IN (SELECT id FROM password_past WHERE school = :school AND person = :person ORDER BY id DESC LIMIT :keep);

-- name: account_must_change   may: -   args: school:id person:id
UPDATE account SET must_change = 1 WHERE school = :school AND person = :person;

-- name: account_seen_utc   may: -   args: school:id person:id   cols: at:utc
SELECT COALESCE(seen_utc, 0) FROM account WHERE school = :school AND person = :person;

-- name: username_past_put   may: -   args: school:id sign_in:text person:id
INSERT INTO username_past (school, sign_in, person) VALUES (:school, :sign_in, :person) ON CONFLICT (school, sign_in) DO NOTHING;

-- name: username_past_row   may: -   args: school:id sign_in:text   cols: person:id
SELECT person FROM username_past WHERE school = :school AND sign_in = :sign_in;

-- name: school_names   may: -   args: school:id   cols: name:text
-- Words that children of this school would try: its name, its classes, who teaches there.
SELECT name FROM school WHERE id = :school
UNION SELECT name FROM class WHERE school = :school;

-- name: class_teacher_names   may: -   args: school:id person:id   cols: name:text
SELECT p.name FROM class_member m JOIN class_member t ON t.school = m.school AND t.class = m.class AND t.teaches = 1
  JOIN person p ON p.school = t.school AND p.id = t.person
 WHERE m.school = :school AND m.person = :person AND m.teaches = 0;

-- name: card_row   may: -   args: school:id person:id
-- cols: badge:int sealed:blob has_code:int made_utc:utc printed_utc:utc made_by:id wrong:int
SELECT badge, sealed, CASE WHEN code_hash IS NULL THEN 0 ELSE 1 END, made_utc, printed_utc, made_by, wrong
  FROM child_card WHERE school = :school AND person = :person;

-- name: card_put   may: -   args: school:id person:id badge:int sealed:blob code_hash:blob made:utc printed:utc by:id
INSERT INTO child_card (school, person, badge, sealed, code_hash, made_utc, printed_utc, made_by)
VALUES (:school, :person, :badge, :sealed, :code_hash, :made, :printed, :by)
 ON CONFLICT (school, person) DO UPDATE SET sealed = excluded.sealed, code_hash = excluded.code_hash, made_utc = excluded.made_utc,
   printed_utc = excluded.printed_utc, made_by = excluded.made_by, wrong = 0;

-- name: card_clear   may: -   args: school:id person:id nothing:blob
UPDATE child_card SET sealed = :nothing, code_hash = NULL, wrong = 0 WHERE school = :school AND person = :person;

-- name: card_guess   may: -   args: school:id person:id most:int
UPDATE child_card SET wrong = wrong + 1 WHERE school = :school AND person = :person AND wrong < :most;

-- name: card_right   may: -   args: school:id person:id
UPDATE child_card SET wrong = 0 WHERE school = :school AND person = :person;

-- name: card_of_code   may: -   args: school:id code_hash:blob   cols: person:id
SELECT person FROM child_card WHERE school = :school AND code_hash = :code_hash;

-- name: card_badges   may: -   args: school:id class:id   cols: badge:int
SELECT k.badge FROM child_card k JOIN class_member m ON m.school = k.school AND m.person = k.person AND m.teaches = 0
 WHERE k.school = :school AND m.class = :class ORDER BY k.badge;

-- name: class_ranges   may: -   args: school:id class:id   cols: prefix:text
SELECT prefix FROM address_range WHERE school = :school AND class = :class ORDER BY id;

-- name: learner_in_put   may: -   args: school:id person:id class:id lesson:id how:text token_hash:blob address:text at:utc
INSERT INTO learner_in (school, person, class, lesson, how, token_hash, address, at_utc)
VALUES (:school, :person, :class, :lesson, :how, :token_hash, :address, :at);

-- name: learner_in_sweep   may: -   args: school:id stale:utc
DELETE FROM learner_in WHERE school = :school AND at_utc < :stale;

-- name: learner_in_rows   may: -   args: school:id class:id person:id now:utc
-- cols: id:id person:id name:text class_id:id lesson:id how:text address:text at_utc:utc seen_utc:utc
-- class 0: of any; person 0: anybody.
SELECT i.id, i.person, p.name, i.class, i.lesson, i.how, i.address, i.at_utc, s.seen_utc
  FROM learner_in i JOIN session s ON s.school = i.school AND s.token_hash = i.token_hash JOIN person p ON p.school = i.school AND p.id = i.person
 WHERE i.school = :school AND (:class = 0 OR i.class = :class) AND (:person = 0 OR i.person = :person) AND s.expires_utc > :now
 ORDER BY p.sort_name, i.person, i.id LIMIT 1000;

-- name: learner_in_end   may: -   args: school:id id:id
DELETE FROM session WHERE school = :school
   AND token_hash = (SELECT i.token_hash FROM learner_in i WHERE i.school = :school AND i.id = :id);

-- name: learner_in_rename   may: -   args: school:id token_hash:blob fresh:blob
UPDATE learner_in SET token_hash = :fresh WHERE school = :school AND token_hash = :token_hash;

-- name: session_until   may: -   args: school:id token_hash:blob until:utc
UPDATE session SET expires_utc = :until WHERE school = :school AND token_hash = :token_hash;

-- name: class_taught_by   may: -   args: school:id class:id   cols: person:id
SELECT person FROM class_member WHERE school = :school AND class = :class AND teaches = 1 ORDER BY person;

-- name: account_changes   may: -   args: school:id person:id since:utc   cols: what:text by:id at:utc
-- What others did with somebody's ways of signing in, newest first.
SELECT what, person, at_utc FROM audit
 WHERE school = :school AND about_kind = 'person' AND about = :person AND person <> :person AND person <> 0 AND at_utc >= :since
   AND what IN ('password.set', 'card.made', 'card.printed', 'card.ended', 'sign-in.code-made') ORDER BY seq DESC LIMIT 5;

-- name: account_check   may: -   args: school:id now:utc
-- cols: id:id kind:text name:text year:int sign_in:text has_password:int password_utc:utc has_card:int places:int
-- Everybody who is here, with what their account has.
SELECT p.id, p.kind, p.name, COALESCE(p.year_group, -1), COALESCE(a.sign_in, ''), CASE WHEN a.password IS NULL THEN 0 ELSE 1 END, COALESCE(a.password_utc, 0),
       (SELECT count(*) FROM child_card k WHERE k.school = p.school AND k.person = p.id AND k.code_hash IS NOT NULL),
       (SELECT count(DISTINCT s.address) FROM session s WHERE s.school = p.school AND s.person = p.id AND s.expires_utc > :now)
  FROM person p LEFT JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND (p.active_upto IS NULL OR p.active_upto > :now) AND p.kind <> 'parent'
 ORDER BY p.sort_name, p.id LIMIT 20000;

-- name: invite_put   may: -   args: school:id account:id hash:blob expires:utc
INSERT INTO account_code (school, account, kind, hash, expires_utc) VALUES (:school, :account, 'invite', :hash, :expires);

-- name: invite_end   may: -   args: school:id account:id at:utc
UPDATE account_code SET used_utc = :at WHERE school = :school AND account = :account AND kind = 'invite' AND used_utc IS NULL;

-- name: invite_row   may: -   args: school:id person:id hash:blob now:utc   cols: id:id
SELECT c.id FROM account_code c JOIN account a ON a.school = c.school AND a.id = c.account
 WHERE c.school = :school AND a.person = :person AND c.kind = 'invite' AND c.hash = :hash AND c.used_utc IS NULL AND c.expires_utc > :now AND a.state = 'open';

-- name: invite_use   may: -   args: school:id id:id at:utc
UPDATE account_code SET used_utc = :at WHERE school = :school AND id = :id AND used_utc IS NULL;
