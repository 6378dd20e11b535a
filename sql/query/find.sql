-- Finding people by a few letters (house/account/find), and the register of what they were given.

-- name: find_put   may: -   args: school:id person:id w1:text w2:text w3:text w4:text w5:text w6:text
-- Up to six at once, the rest empty: a whole school is imported with one statement a person.
INSERT INTO person_word (school, word, person)
SELECT :school, :w1, :person WHERE :w1 <> '' UNION SELECT :school, :w2, :person WHERE :w2 <> '' UNION SELECT :school, :w3, :person WHERE :w3 <> ''
 UNION SELECT :school, :w4, :person WHERE :w4 <> '' UNION SELECT :school, :w5, :person WHERE :w5 <> '' UNION SELECT :school, :w6, :person WHERE :w6 <> ''
 ON CONFLICT (school, word, person) DO NOTHING;

-- name: find_drop   may: -   args: school:id person:id
DELETE FROM person_word WHERE school = :school AND person = :person;

-- name: find_missing   may: -   args: school:id   cols: id:id name:text sign_in:text
-- People of before there was such an index.
SELECT p.id, p.name, COALESCE(a.sign_in, '') FROM person p LEFT JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND p.id NOT IN (SELECT w.person FROM person_word w WHERE w.school = :school);

-- name: find_exact   may: -
-- args: school:id n:int from1:text upto1:text from2:text upto2:text from3:text upto3:text kind:text now:utc limit:int   cols: id:id
-- Words that begin so, in any order, n of them; the others are empty.  Gathered before people are looked at: no
-- planner is right about how many share a beginning.
WITH hit AS MATERIALIZED (
  SELECT DISTINCT w.person AS id, 1 AS k FROM person_word w WHERE w.school = :school AND w.word >= :from1 AND w.word < :upto1
  UNION ALL SELECT DISTINCT x.person, 2 FROM person_word x WHERE x.school = :school AND x.word >= :from2 AND x.word < :upto2
  UNION ALL SELECT DISTINCT y.person, 3 FROM person_word y WHERE y.school = :school AND y.word >= :from3 AND y.word < :upto3),
all_of AS MATERIALIZED (SELECT id FROM hit GROUP BY id HAVING count(*) = :n)
SELECT p.id FROM all_of h JOIN person p ON p.id = h.id
 WHERE p.school = :school AND (:kind = '' OR p.kind = :kind) AND (p.active_upto IS NULL OR p.active_upto > :now)
 ORDER BY p.sort_name, p.id LIMIT :limit;

-- name: find_near   may: -   args: school:id from:text upto:text   cols: person:id word:text
-- All words of one first letter, for whoever mistyped.
SELECT person, word FROM person_word WHERE school = :school AND word >= :from AND word < :upto LIMIT 20000;

-- name: find_person   may: -   args: school:id id:id kind:text now:utc
-- cols: id:id name:text kind:text year:int class:text sign_in:text
SELECT p.id, p.name, p.kind, COALESCE(p.year_group, -1),
       COALESCE((SELECT min(c.name) FROM class_member m JOIN class c ON c.school = m.school AND c.id = m.class
                  WHERE m.school = :school AND c.school = :school AND m.person = p.id AND m.teaches = 0), ''), COALESCE(a.sign_in, '')
  FROM person p LEFT JOIN account a ON a.school = p.school AND a.person = p.id
 WHERE p.school = :school AND p.id = :id AND (:kind = '' OR p.kind = :kind) AND (p.active_upto IS NULL OR p.active_upto > :now);

-- name: grant_search   may: -   args: school:id words:text state:text as_of:utc now:utc limit:int offset:int
-- cols: id:id person:id name:text what:text from_utc:utc upto_utc:utc given_by:id giver:text ended_by:id ender:text why:text
-- state: '' all, 'now' current ones, 'past' ended ones; as_of: those that held at that time, 0 any.
SELECT g.id, g.person, p.name, g.what, g.from_utc, COALESCE(g.upto_utc, 0), g.given_by,
       COALESCE((SELECT b.name FROM person b WHERE b.school = :school AND b.id = g.given_by), ''), COALESCE(g.ended_by, 0),
       COALESCE((SELECT e.name FROM person e WHERE e.school = :school AND e.id = g.ended_by), ''), g.why
  FROM access_grant g JOIN person p ON p.school = g.school AND p.id = g.person
 WHERE g.school = :school AND (p.sort_name LIKE :words ESCAPE '!' OR lower(g.what) LIKE :words ESCAPE '!')
   AND (:state = '' OR (:state = 'now') = (g.from_utc <= :now AND (g.upto_utc IS NULL OR g.upto_utc > :now)))
   AND (:as_of = 0 OR (g.from_utc <= :as_of AND (g.upto_utc IS NULL OR g.upto_utc > :as_of)))
 ORDER BY g.from_utc DESC, g.id DESC LIMIT :limit OFFSET :offset;

-- name: grant_total   may: -   args: school:id words:text state:text as_of:utc now:utc   cols: n:int
SELECT count(*)
  FROM access_grant g JOIN person p ON p.school = g.school AND p.id = g.person
 WHERE g.school = :school AND (p.sort_name LIKE :words ESCAPE '!' OR lower(g.what) LIKE :words ESCAPE '!')
   AND (:state = '' OR (:state = 'now') = (g.from_utc <= :now AND (g.upto_utc IS NULL OR g.upto_utc > :now)))
   AND (:as_of = 0 OR (g.from_utc <= :as_of AND (g.upto_utc IS NULL OR g.upto_utc > :as_of)));

-- name: contacts_set   may: -   args: school:id id:id on:int
UPDATE person SET contacts_families = :on WHERE school = :school AND id = :id;

-- name: contacts_get   may: -   args: school:id id:id   cols: on:int
SELECT contacts_families FROM person WHERE school = :school AND id = :id;

-- name: contacts_rows   may: -   args: school:id now:utc   cols: id:id name:text mail:text
SELECT id, name, COALESCE(mail, '') FROM person
 WHERE school = :school AND contacts_families = 1 AND (active_upto IS NULL OR active_upto > :now) ORDER BY sort_name, id LIMIT 500;
