-- How somebody reads: their language, and whether they need symbols or a voice.

-- name: reading_row   may: -   args: school:id person:id   cols: language:text needs:text
SELECT language, needs FROM person WHERE school = :school AND id = :person;

-- name: reading_set   may: -   args: school:id person:id language:text needs:text
UPDATE person SET language = :language, needs = :needs WHERE school = :school AND id = :person;
