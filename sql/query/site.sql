-- The school's public page (house/site).

-- name: site_people   may: -   args: school:id   cols: name:text
-- Everybody who is or was here: nobody's name goes on the website.
SELECT name FROM person WHERE school = :school;
