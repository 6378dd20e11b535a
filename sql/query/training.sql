-- Training: people, what they have had, who signed in at the door.

-- name: training_people   may: -   args: school:id now:utc   cols: id:id kind:text name:text sort_name:text from_utc:utc
-- Whoever works with children or governs, and whoever holds a role for which there may be a module.
SELECT id, kind, name, sort_name, active_from FROM person
 WHERE school = :school AND kind IN ('staff', 'supply', 'volunteer', 'governor', 'contractor') AND active_from <= :now AND (active_upto IS NULL OR active_upto > :now)
 ORDER BY sort_name, id LIMIT 5000;

-- name: training_roles   may: -   args: school:id now:utc   cols: person:id role:text from_utc:utc
SELECT person, role, from_utc FROM person_role
 WHERE school = :school AND from_utc <= :now AND (upto_utc IS NULL OR upto_utc > :now) ORDER BY person, from_utc DESC LIMIT 50000;

-- name: training_latest   may: -   args: school:id person:id upto:utc   cols: person:id module:text on_utc:utc
-- The newest day of each person and module, up to that moment; person 0: everybody.
SELECT person, module, max(on_utc) FROM training_done
 WHERE school = :school AND ended_utc = 0 AND on_utc <= :upto AND (:person = 0 OR person = :person) GROUP BY person, module;

-- name: training_of   may: -   args: school:id person:id   cols: id:id module:text on_utc:utc source:id how:text made_utc:utc made_by:id
SELECT id, module, on_utc, source, how, made_utc, made_by FROM training_done
 WHERE school = :school AND person = :person AND ended_utc = 0 ORDER BY on_utc DESC, id DESC LIMIT 2000;

-- name: training_one   may: -   args: school:id id:id   cols: person:id module:text on_utc:utc source:id how:text made_utc:utc made_by:id
SELECT person, module, on_utc, source, how, made_utc, made_by FROM training_done WHERE school = :school AND id = :id AND ended_utc = 0;

-- name: training_from   may: -   args: school:id source:id   cols: id:id person:id module:text on_utc:utc how:text
SELECT id, person, module, on_utc, how FROM training_done WHERE school = :school AND source = :source AND ended_utc = 0 ORDER BY id LIMIT 50000;

-- name: training_put   may: -   args: school:id person:id module:text on:utc source:id how:text now:utc by:id
INSERT INTO training_done (school, person, module, on_utc, source, how, made_utc, made_by)
VALUES (:school, :person, :module, :on, :source, :how, :now, :by);

-- name: training_end   may: -   args: school:id id:id now:utc by:id
UPDATE training_done SET ended_utc = :now, ended_by = :by WHERE school = :school AND id = :id AND ended_utc = 0;

-- name: training_here_put   may: -   args: school:id session:id person:id at:utc
INSERT INTO training_here (school, session, person, at_utc) VALUES (:school, :session, :person, :at)
ON CONFLICT (school, session, person) DO NOTHING;

-- name: training_here_rows   may: -   args: school:id session:id   cols: person:id at_utc:utc
SELECT person, at_utc FROM training_here WHERE school = :school AND session = :session ORDER BY at_utc LIMIT 5000;
