-- Who holds which role, by date; who stands in.  Nothing is removed: an end is a date.

-- name: person_by_role   may: -   args: school:id role:text now:utc   cols: id:id
-- Whoever stands in comes first: they answer now.
SELECT r.person FROM person_role r JOIN person p ON p.school = r.school AND p.id = r.person
 WHERE r.school = :school AND r.role = :role AND r.from_utc <= :now AND (r.upto_utc IS NULL OR r.upto_utc > :now)
   AND (p.active_upto IS NULL OR p.active_upto > :now)
 GROUP BY r.person ORDER BY max(CASE WHEN r.cover_of > 0 THEN 1 ELSE 0 END) DESC, r.person LIMIT 1000;

-- name: role_put   may: -
-- args: school:id person:id role:text from:utc upto:utc? by:id why:text cover_of:id duties:text trained:utc confirmed_by:id   cols: id:id
INSERT INTO person_role (school, person, role, from_utc, upto_utc, given_by, why, cover_of, duties, trained_utc, confirmed_by)
VALUES (:school, :person, :role, :from, :upto, :by, :why, :cover_of, :duties, :trained, :confirmed_by) RETURNING id;

-- name: role_stop   may: -   args: school:id person:id role:text at:utc by:id why:text
UPDATE person_role SET upto_utc = :at, ended_by = :by, ended_why = :why
 WHERE school = :school AND person = :person AND role = :role AND (upto_utc IS NULL OR upto_utc > :at);

-- name: role_stop_all   may: -   args: school:id person:id at:utc by:id why:text
UPDATE person_role SET upto_utc = :at, ended_by = :by, ended_why = :why WHERE school = :school AND person = :person AND (upto_utc IS NULL OR upto_utc > :at);

-- name: role_now   may: -   args: school:id person:id at:utc   cols: role:text
-- A role may stand there twice.  DISTINCT would make SQLite walk everybody's roles at each question.
SELECT role FROM person_role
 WHERE school = :school AND person = :person AND from_utc <= :at AND (upto_utc IS NULL OR upto_utc > :at);

-- name: role_overlap   may: -   args: school:id role:text from:utc upto:utc but:id   cols: person:id name:text
-- Who else holds the role at any time of that span (upto: far ahead when open); whoever only stands in does not count.
SELECT r.person, p.name FROM person_role r JOIN person p ON p.school = r.school AND p.id = r.person
 WHERE r.school = :school AND r.role = :role AND r.from_utc < :upto AND (r.upto_utc IS NULL OR r.upto_utc > :from)
   AND (p.active_upto IS NULL OR p.active_upto > :from) AND r.cover_of = 0 AND r.person <> :but
 ORDER BY r.id LIMIT 1;

-- name: role_rows   may: -   args: school:id person:id
-- cols: id:id person:id name:text role:text from_utc:utc upto_utc:utc given_by:id why:text cover_of:id duties:text trained_utc:utc confirmed_by:id ended_by:id ended_why:text
SELECT r.id, r.person, p.name, r.role, r.from_utc, COALESCE(r.upto_utc, 0), COALESCE(r.given_by, 0), r.why, r.cover_of, r.duties, r.trained_utc,
       r.confirmed_by, r.ended_by, r.ended_why
  FROM person_role r JOIN person p ON p.school = r.school AND p.id = r.person
 WHERE r.school = :school AND (:person = 0 OR r.person = :person) ORDER BY r.from_utc DESC, r.id DESC LIMIT 20000;

-- name: role_vacant_since   may: -   args: school:id role:text now:utc   cols: since:utc
-- When the last holder ended: by appointment or by leaving; 0 = there never was one.
SELECT COALESCE(max(CASE WHEN p.active_upto IS NOT NULL AND (r.upto_utc IS NULL OR p.active_upto < r.upto_utc) THEN p.active_upto ELSE r.upto_utc END), 0)
  FROM person_role r JOIN person p ON p.school = r.school AND p.id = r.person
 WHERE r.school = :school AND r.role = :role AND r.from_utc <= :now AND r.cover_of = 0;

-- name: role_trained   may: -   args: school:id person:id   cols: at:utc
SELECT COALESCE(max(trained_utc), 0) FROM person_role WHERE school = :school AND person = :person;

-- name: role_trained_set   may: -   args: school:id person:id role:text at:utc now:utc
UPDATE person_role SET trained_utc = :at
 WHERE school = :school AND person = :person AND role = :role AND (upto_utc IS NULL OR upto_utc > :now);

