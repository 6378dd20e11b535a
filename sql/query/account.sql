-- People, roles, classes, families, accounts, sessions.  Rights are checked by the routes and in house/account.

-- name: person_put   may: -
-- args: school:id kind:text name:text sort_name:text year:int? has_year:int group:text mail:text? from:utc upto:utc?   cols: id:id
INSERT INTO person (school, kind, name, sort_name, year_group, group_name, mail, active_from, active_upto)
VALUES (:school, :kind, :name, :sort_name, CASE WHEN :has_year = 1 THEN COALESCE(:year, 0) END, :group, :mail, :from, :upto) RETURNING id;

-- name: person_set   may: -
-- args: school:id id:id kind:text name:text sort_name:text year:int? has_year:int group:text mail:text? upto:utc?
UPDATE person SET kind = :kind, name = :name, sort_name = :sort_name, year_group = CASE WHEN :has_year = 1 THEN COALESCE(:year, 0) END,
       group_name = :group, mail = :mail, active_upto = :upto
 WHERE school = :school AND id = :id;

-- name: person_left   may: -   args: school:id id:id at:utc
UPDATE person SET active_upto = :at WHERE school = :school AND id = :id;

-- name: person_row   may: -   args: school:id id:id
-- cols: id:id kind:text name:text year:int group_name:text mail:text from_utc:utc upto_utc:utc sign_in:text has_password:int has_factor:int class_id:id
SELECT p.id, p.kind, p.name, COALESCE(p.year_group, -1), p.group_name, p.mail, p.active_from, COALESCE(p.active_upto, 0), a.sign_in,
       CASE WHEN a.password IS NULL THEN 0 ELSE 1 END, CASE WHEN a.totp IS NULL AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.school = a.school AND k.person = a.person) THEN 0 ELSE 1 END,
       COALESCE((SELECT min(+m.class) FROM class_member m WHERE m.school = p.school AND m.person = p.id AND m.teaches = 0), 0)
  FROM person p LEFT JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND p.id = :id;

-- name: person_rows   may: -   args: school:id words:text kind:text class:id year:int with_left:int now:utc limit:int offset:int
-- cols: id:id kind:text name:text year:int group_name:text mail:text from_utc:utc upto_utc:utc sign_in:text has_password:int has_factor:int class_id:id
SELECT p.id, p.kind, p.name, COALESCE(p.year_group, -1), p.group_name, p.mail, p.active_from, COALESCE(p.active_upto, 0), a.sign_in,
       CASE WHEN a.password IS NULL THEN 0 ELSE 1 END, CASE WHEN a.totp IS NULL AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.school = a.school AND k.person = a.person) THEN 0 ELSE 1 END,
       COALESCE((SELECT min(+m.class) FROM class_member m WHERE m.school = p.school AND m.person = p.id AND m.teaches = 0), 0)
  FROM person p LEFT JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND (p.sort_name LIKE :words ESCAPE '!' OR a.sign_in LIKE :words ESCAPE '!')
   AND (:kind = '' OR p.kind = :kind)
   AND (:class = 0 OR EXISTS (SELECT 1 FROM class_member c WHERE c.school = p.school AND c.person = p.id AND c.class = :class AND c.teaches = 0))
   AND (:year = -1 OR p.year_group = :year)
   AND (:with_left = 1 OR (:with_left = 0) = (p.active_upto IS NULL OR p.active_upto > :now))
 ORDER BY p.sort_name, p.id LIMIT :limit OFFSET :offset;

-- name: person_total   may: -   args: school:id words:text kind:text class:id year:int with_left:int now:utc   cols: n:int
SELECT count(*)
  FROM person p LEFT JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND (p.sort_name LIKE :words ESCAPE '!' OR a.sign_in LIKE :words ESCAPE '!')
   AND (:kind = '' OR p.kind = :kind)
   AND (:class = 0 OR EXISTS (SELECT 1 FROM class_member c WHERE c.school = p.school AND c.person = p.id AND c.class = :class AND c.teaches = 0))
   AND (:year = -1 OR p.year_group = :year)
   AND (:with_left = 1 OR (:with_left = 0) = (p.active_upto IS NULL OR p.active_upto > :now));

-- name: person_named   may: -   args: school:id id:id   cols: name:text
SELECT name FROM person WHERE school = :school AND id = :id;

-- name: grant_put   may: -   args: school:id person:id what:text from:utc upto:utc? by:id why:text
INSERT INTO access_grant (school, person, what, from_utc, upto_utc, given_by, why)
VALUES (:school, :person, :what, :from, :upto, :by, :why);

-- name: grant_stop   may: -   args: school:id person:id what:text at:utc by:id
UPDATE access_grant SET upto_utc = :at, ended_by = :by
 WHERE school = :school AND person = :person AND (:what = '' OR what = :what) AND (upto_utc IS NULL OR upto_utc > :at);

-- name: grant_rows   may: -   args: school:id person:id
-- cols: id:id person:id name:text what:text from_utc:utc upto_utc:utc given_by:id why:text
SELECT g.id, g.person, p.name, g.what, g.from_utc, COALESCE(g.upto_utc, 0), g.given_by, g.why
  FROM access_grant g JOIN person p ON p.school = g.school AND p.id = g.person
 WHERE g.school = :school AND (:person = 0 OR g.person = :person) ORDER BY g.id LIMIT 50000;

-- name: class_put   may: -   args: school:id name:text year:int? has_year:int group:text   cols: id:id
INSERT INTO class (school, name, year_group, group_name)
VALUES (:school, :name, CASE WHEN :has_year = 1 THEN COALESCE(:year, 0) END, :group) RETURNING id;

-- name: class_rows   may: -   args: school:id staff:id now:utc   cols: id:id name:text year:int group_name:text learners:int
-- staff: only the classes that this person teaches; 0 = all.
SELECT c.id, c.name, COALESCE(c.year_group, -1), c.group_name,
       (SELECT count(*) FROM class_member m JOIN person p ON p.school = m.school AND p.id = m.person
         WHERE m.school = c.school AND m.class = c.id AND m.teaches = 0 AND (p.active_upto IS NULL OR p.active_upto > :now))
  FROM class c
 WHERE c.school = :school AND (c.active_upto IS NULL OR c.active_upto > :now)
   AND (:staff = 0 OR EXISTS (SELECT 1 FROM class_member t WHERE t.school = c.school AND t.class = c.id AND t.person = :staff AND t.teaches = 1))
 ORDER BY c.name, c.id LIMIT 1000;

-- name: class_row   may: -   args: school:id id:id   cols: id:id name:text year:int group_name:text
SELECT id, name, COALESCE(year_group, -1), group_name FROM class WHERE school = :school AND id = :id;

-- name: member_put   may: -   args: school:id class:id person:id teaches:int
INSERT INTO class_member (school, class, person, teaches) VALUES (:school, :class, :person, :teaches)
 ON CONFLICT (school, class, person) DO UPDATE SET teaches = excluded.teaches;

-- name: member_drop   may: -   args: school:id class:id person:id
DELETE FROM class_member WHERE school = :school AND class = :class AND person = :person;

-- name: member_leave   may: -   args: school:id person:id
DELETE FROM class_member WHERE school = :school AND person = :person AND teaches = 0;

-- name: member_teaches   may: -   args: school:id class:id person:id   cols: n:int
SELECT count(*) FROM class_member WHERE school = :school AND class = :class AND person = :person AND teaches = 1;

-- name: guardian_put   may: -   args: school:id parent:id learner:id
INSERT INTO guardian (school, parent, learner) VALUES (:school, :parent, :learner) ON CONFLICT (school, parent, learner) DO NOTHING;

-- name: guardian_drop   may: -   args: school:id parent:id learner:id
DELETE FROM guardian WHERE school = :school AND parent = :parent AND learner = :learner;

-- name: guardian_children   may: -   args: school:id parent:id   cols: id:id
SELECT learner FROM guardian WHERE school = :school AND parent = :parent AND barred = 0 ORDER BY learner;

-- name: guardian_parents   may: -   args: school:id learner:id   cols: id:id
SELECT parent FROM guardian WHERE school = :school AND learner = :learner ORDER BY parent;

-- name: account_put   may: -   args: school:id person:id sign_in:text at:utc   cols: id:id
INSERT INTO account (school, person, sign_in, changed_utc) VALUES (:school, :person, :sign_in, :at) RETURNING id;

-- name: account_rename   may: -   args: school:id person:id sign_in:text at:utc
UPDATE account SET sign_in = :sign_in, changed_utc = :at WHERE school = :school AND person = :person;

-- name: account_row   may: -   args: school:id sign_in:text
-- cols: id:id person:id password:text state:text must_change:int password_utc:utc has_factor:int upto_utc:utc
SELECT a.id, a.person, a.password, a.state, a.must_change, a.password_utc, CASE WHEN a.totp IS NULL AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.school = a.school AND k.person = a.person) THEN 0 ELSE 1 END, COALESCE(p.active_upto, 0)
  FROM account a JOIN person p ON p.school = a.school AND p.id = a.person
 WHERE a.school = :school AND a.sign_in = :sign_in;

-- name: account_of   may: -   args: school:id person:id   cols: id:id sign_in:text password:text state:text must_change:int totp:blob totp_step:int
SELECT id, sign_in, password, state, must_change, totp, totp_step FROM account WHERE school = :school AND person = :person;

-- name: account_password   may: -   args: school:id person:id password:text must_change:int at:utc
UPDATE account SET password = :password, must_change = :must_change, password_utc = :at, changed_utc = :at
 WHERE school = :school AND person = :person;

-- name: account_totp   may: -   args: school:id person:id totp:blob? at:utc
UPDATE account SET totp = :totp, totp_step = 0, changed_utc = :at WHERE school = :school AND person = :person;

-- name: account_acts_by   may: -   args: school:id person:id by:id what:text since:utc   cols: n:int
-- How often one person did this to the account of another.
SELECT count(*) FROM audit
 WHERE school = :school AND about_kind = 'person' AND about = :person AND person = :by AND what = :what AND at_utc >= :since;

-- name: account_step   may: -   args: school:id person:id step:int
-- Once: a code that was taken is not taken again.
UPDATE account SET totp_step = :step WHERE school = :school AND person = :person AND totp_step < :step;

-- name: account_seen   may: -   args: school:id person:id at:utc
UPDATE account SET seen_utc = :at WHERE school = :school AND person = :person;

-- name: account_close   may: -   args: school:id person:id at:utc
UPDATE account SET state = 'closed', changed_utc = :at WHERE school = :school AND person = :person;

-- name: session_put   may: -
-- args: school:id token_hash:blob account:id person:id csrf:blob address:text agent:text how:text now:utc expires:utc
INSERT INTO session (token_hash, school, account, person, csrf, address, agent, how, made_utc, seen_utc, proved_utc, expires_utc)
VALUES (:token_hash, :school, :account, :person, :csrf, :address, :agent, :how, :now, :now, :now, :expires);

-- name: session_row   may: -   args: school:id token_hash:blob now:utc
-- cols: person:id address:text agent:text made_utc:utc seen_utc:utc expires_utc:utc second_utc:utc must_change:int has_factor:int how:text proved_utc:utc handed:int
SELECT s.person, s.address, s.agent, s.made_utc, s.seen_utc, s.expires_utc, COALESCE(s.second_utc, 0), a.must_change,
       CASE WHEN a.totp IS NULL AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.school = s.school AND k.person = s.person) THEN 0 ELSE 1 END,
       s.how, s.proved_utc, s.handed
  FROM session s JOIN account a ON a.school = s.school AND a.id = s.account JOIN person p ON p.school = s.school AND p.id = s.person
 WHERE s.school = :school AND s.token_hash = :token_hash AND s.expires_utc > :now AND a.state = 'open'
   AND (p.active_upto IS NULL OR p.active_upto > :now);

-- name: session_rows   may: -   args: school:id person:id now:utc
-- cols: token_hash:blob address:text agent:text made_utc:utc seen_utc:utc expires_utc:utc second_utc:utc how:text
SELECT token_hash, address, agent, made_utc, seen_utc, expires_utc, COALESCE(second_utc, 0), how
  FROM session WHERE school = :school AND person = :person AND expires_utc > :now ORDER BY seen_utc DESC LIMIT 200;

-- name: session_touch   may: -   args: school:id token_hash:blob now:utc
UPDATE session SET seen_utc = :now WHERE school = :school AND token_hash = :token_hash;

-- name: session_second   may: -   args: school:id token_hash:blob now:utc
UPDATE session SET second_utc = :now, seen_utc = :now WHERE school = :school AND token_hash = :token_hash;

-- name: session_drop   may: -   args: school:id person:id token_hash:blob
DELETE FROM session WHERE school = :school AND person = :person AND token_hash = :token_hash;

-- name: session_drop_all   may: -   args: school:id person:id but:blob
DELETE FROM session WHERE school = :school AND person = :person AND token_hash <> :but;

-- name: session_sweep   may: -   args: school:id now:utc
DELETE FROM session WHERE school = :school AND expires_utc <= :now;
