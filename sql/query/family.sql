-- Families: who stands how to a child, and the links of adults.

-- name: contact_rows   may: -   args: school:id learner:id adult:id now:utc
-- cols: adult:id child:id name:text organisation:text mail:text phone:text postal:text language:text interpreter:int relation:text responsible:int barred:int barred_utc:utc barred_by:id post:int here:int child_here:int in_care:int
-- One child's adults, or one adult's children: one of the two is 0.
SELECT g.parent, g.learner, p.name, p.organisation, p.mail, p.phone, p.postal, p.language, p.interpreter, g.relation, g.responsible, g.barred,
       COALESCE(g.barred_utc, 0), COALESCE(g.barred_by, 0), g.post,
       CASE WHEN p.active_upto IS NULL OR p.active_upto > :now THEN 1 ELSE 0 END,
       CASE WHEN l.active_upto IS NULL OR l.active_upto > :now THEN 1 ELSE 0 END, l.in_care
  FROM guardian g JOIN person p ON p.school = g.school AND p.id = g.parent JOIN person l ON l.school = g.school AND l.id = g.learner
 WHERE g.school = :school AND l.kind = 'learner' AND (:learner = 0 OR g.learner = :learner) AND (:adult = 0 OR g.parent = :adult)
 ORDER BY l.sort_name, g.learner, p.sort_name, g.parent LIMIT 20000;

-- name: contact_put   may: -   args: school:id adult:id child:id relation:text responsible:int post:int
INSERT INTO guardian (school, parent, learner, relation, responsible, post) VALUES (:school, :adult, :child, :relation, :responsible, :post)
 ON CONFLICT (school, parent, learner) DO UPDATE SET relation = excluded.relation, responsible = excluded.responsible, post = excluded.post;

-- name: contact_bar   may: -   args: school:id adult:id child:id barred:int at:utc? by:id?
UPDATE guardian SET barred = :barred, told = 1 - :barred, barred_utc = :at, barred_by = :by
 WHERE school = :school AND parent = :adult AND learner = :child;

-- name: contact_details   may: -   args: school:id id:id   cols: phone:text postal:text organisation:text language:text interpreter:int in_care:int
SELECT phone, postal, organisation, language, interpreter, in_care FROM person WHERE school = :school AND id = :id;

-- name: contact_details_set   may: -   args: school:id id:id phone:text postal:text organisation:text language:text interpreter:int
UPDATE person SET phone = :phone, postal = :postal, organisation = :organisation, language = :language, interpreter = :interpreter
 WHERE school = :school AND id = :id;

-- name: care_set   may: -   args: school:id id:id on:int
UPDATE person SET in_care = :on WHERE school = :school AND id = :id AND kind = 'learner';

-- name: family_page   may: -   args: school:id words:text now:utc limit:int offset:int   cols: id:id name:text year:int class:text in_care:int
-- Learners here, by part of a name, their own or an adult's.
SELECT l.id, l.name, COALESCE(l.year_group, -1),
       COALESCE((SELECT min(k.name) FROM class_member m JOIN class k ON k.school = m.school AND k.id = m.class
                  WHERE m.school = l.school AND m.person = l.id AND m.teaches = 0), ''), l.in_care
  FROM person l
 WHERE l.school = :school AND l.kind = 'learner' AND (l.active_upto IS NULL OR l.active_upto > :now)
   AND (l.sort_name LIKE :words ESCAPE '!' OR EXISTS (SELECT 1 FROM guardian g JOIN person p ON p.school = g.school AND p.id = g.parent
         WHERE g.school = l.school AND g.learner = l.id AND p.sort_name LIKE :words ESCAPE '!'))
 ORDER BY l.sort_name, l.id LIMIT :limit OFFSET :offset;

-- name: family_total   may: -   args: school:id words:text now:utc   cols: n:int
SELECT count(*) FROM person l
 WHERE l.school = :school AND l.kind = 'learner' AND (l.active_upto IS NULL OR l.active_upto > :now)
   AND (l.sort_name LIKE :words ESCAPE '!' OR EXISTS (SELECT 1 FROM guardian g JOIN person p ON p.school = g.school AND p.id = g.parent
         WHERE g.school = l.school AND g.learner = l.id AND p.sort_name LIKE :words ESCAPE '!'));

-- name: adult_by_mail   may: -   args: school:id mail:text now:utc   cols: id:id
SELECT id FROM person WHERE school = :school AND lower(mail) = :mail AND kind <> 'learner' AND (active_upto IS NULL OR active_upto > :now)
 ORDER BY id LIMIT 5;

-- name: link_put   may: -   args: school:id person:id how:text token:blob now:utc by:id expires:utc   cols: id:id
INSERT INTO family_link (school, person, how, token_hash, made_utc, made_by, expires_utc)
VALUES (:school, :person, :how, :token, :now, :by, :expires) RETURNING id;

-- name: link_row   may: -   args: school:id token:blob   cols: id:id person:id expires_utc:utc used_utc:utc ended_utc:utc
SELECT id, person, expires_utc, COALESCE(used_utc, 0), COALESCE(ended_utc, 0) FROM family_link WHERE school = :school AND token_hash = :token;

-- name: link_take   may: -   args: school:id id:id now:utc cookie:blob until:utc
-- Once: whoever comes second changes nothing.
UPDATE family_link SET used_utc = :now, cookie_hash = :cookie, until_utc = :until
 WHERE school = :school AND id = :id AND used_utc IS NULL AND ended_utc IS NULL AND expires_utc > :now;

-- name: link_browser   may: -   args: school:id cookie:blob now:utc   cols: id:id person:id until_utc:utc
SELECT id, person, until_utc FROM family_link
 WHERE school = :school AND cookie_hash = :cookie AND ended_utc IS NULL AND until_utc > :now;

-- name: link_end   may: -   args: school:id person:id but:id now:utc why:text
UPDATE family_link SET ended_utc = :now, ended_why = :why WHERE school = :school AND person = :person AND id <> :but AND ended_utc IS NULL;

-- name: link_end_unused   may: -   args: school:id person:id but:id now:utc why:text
UPDATE family_link SET ended_utc = :now, ended_why = :why
 WHERE school = :school AND person = :person AND id <> :but AND ended_utc IS NULL AND used_utc IS NULL;

-- name: link_rows   may: -   args: school:id person:id
-- cols: id:id how:text made_utc:utc expires_utc:utc used_utc:utc ended_utc:utc ended_why:text
SELECT id, how, made_utc, expires_utc, COALESCE(used_utc, 0), COALESCE(ended_utc, 0), ended_why FROM family_link
 WHERE school = :school AND person = :person ORDER BY id DESC LIMIT 100;

-- name: notices_since   may: -   args: school:id person:id kind:text since:utc   cols: n:int last_utc:utc
SELECT count(*), COALESCE(max(made_utc), 0) FROM outbox WHERE school = :school AND person = :person AND kind = :kind AND made_utc >= :since;

-- name: notices_drop   may: -   args: school:id person:id kind:text
DELETE FROM outbox WHERE school = :school AND person = :person AND kind = :kind AND sent_utc IS NULL;

-- name: family_setting   may: -   args: school:id name:text   cols: value:text
SELECT value FROM setting WHERE school = :school AND name = :name;

-- name: family_setting_put   may: -   args: school:id name:text value:text by:id now:utc
INSERT INTO setting (school, name, value, changed_by, changed_utc) VALUES (:school, :name, :value, :by, :now)
 ON CONFLICT (school, name) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, changed_utc = excluded.changed_utc;
