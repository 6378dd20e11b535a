-- How somebody reads: their language, and whether they need symbols or a voice.

-- name: reading_row   may: -   args: school:id person:id   cols: language:text needs:text
SELECT language, needs FROM person WHERE school = :school AND id = :person;

-- name: reading_set   may: -   args: school:id person:id language:text needs:text
UPDATE person SET language = :language, needs = :needs WHERE school = :school AND id = :person;

-- name: class_teachers   may: -   args: school:id class:id now:utc   cols: person:id
-- Who teaches the class and is here now.
SELECT m.person FROM class_member m JOIN person p ON p.school = m.school AND p.id = m.person
 WHERE m.school = :school AND m.class = :class AND m.teaches = 1 AND (p.active_upto IS NULL OR p.active_upto > :now)
 ORDER BY m.person;
