-- Documents of cases, and what retention and transfer look for.

-- name: document_part_put   may: -   args: school:id entry:id n:int sealed:blob
INSERT INTO document_part (school, entry, n, sealed) VALUES (:school, :entry, :n, :sealed);

-- name: document_part_get   may: -   args: school:id entry:id n:int   cols: sealed:blob
SELECT sealed FROM document_part WHERE school = :school AND entry = :entry AND n = :n;

-- name: document_part_cut   may: -   args: school:id entry:id
DELETE FROM document_part WHERE school = :school AND entry = :entry;

-- name: document_part_cut_under   may: -   args: school:id root:id
-- All documents under the entry at the top: their key is gone.
DELETE FROM document_part WHERE school = :school AND entry IN (SELECT id FROM entry WHERE school = :school AND root = :root);

-- name: learners_gone   may: -   args: school:id since:utc now:utc   cols: id:id upto_utc:utc
-- Pupils who left lately; whether there is a file about them is looked for one by one.
SELECT id, active_upto FROM person WHERE school = :school AND kind = 'learner' AND active_upto IS NOT NULL AND active_upto > :since AND active_upto <= :now
 ORDER BY id LIMIT 2000;

-- name: learner_has_case   may: -   args: school:id person:id   cols: n:int
SELECT count(*) FROM entry_person p JOIN entry e ON e.id = p.entry AND e.school = p.school
 WHERE p.school = :school AND p.person = :person AND p.stands_as = 1 AND e.register IN ('case', 'transfer-in');

-- name: person_born   may: -   args: school:id id:id   cols: born:text
SELECT born FROM person WHERE school = :school AND id = :id;

-- name: cases_without_keep   may: -   args: school:id most:int   cols: id:id
SELECT e.id FROM entry e WHERE e.school = :school AND e.register IN ('case', 'allegation', 'allegation-head') AND e.state = 'closed'
   AND NOT EXISTS (SELECT 1 FROM entry k WHERE k.school = e.school AND k.parent = e.id AND k.register = 'case-keep') ORDER BY e.id LIMIT :most;
