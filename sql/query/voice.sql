-- Surveys without names.

-- name: survey_take   may: -   args: school:id survey:id person:id
-- 0 rows when they took part before.
INSERT INTO survey_taken (school, survey, person) VALUES (:school, :survey, :person) ON CONFLICT (school, survey, person) DO NOTHING;

-- name: survey_took   may: -   args: school:id survey:id person:id   cols: n:int
SELECT COUNT(*) FROM survey_taken WHERE school = :school AND survey = :survey AND person = :person;

-- name: survey_count   may: -   args: school:id survey:id audience:text class:id question:int choice:text n:int
INSERT INTO survey_tally (school, survey, audience, class, question, choice, n) VALUES (:school, :survey, :audience, :class, :question, :choice, :n)
 ON CONFLICT (school, survey, audience, class, question, choice) DO UPDATE SET n = survey_tally.n + excluded.n;

-- name: survey_class_drop   may: -   args: school:id survey:id class:id
-- A class that counts its hands again: only the last count stands.
DELETE FROM survey_tally WHERE school = :school AND survey = :survey AND class = :class;

-- name: survey_say   may: -   args: school:id survey:id number:text audience:text words:text
INSERT INTO survey_words (school, survey, number, audience, words) VALUES (:school, :survey, :number, :audience, :words);

-- name: survey_tallies   may: -   args: school:id survey:id   cols: audience:text class:id question:int choice:text n:int
SELECT audience, class, question, choice, n FROM survey_tally WHERE school = :school AND survey = :survey ORDER BY audience, class, question, choice LIMIT 2000;

-- name: survey_said   may: -   args: school:id survey:id   cols: audience:text words:text
SELECT audience, words FROM survey_words WHERE school = :school AND survey = :survey ORDER BY number LIMIT 500;
