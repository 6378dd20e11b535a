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

-- name: entry_index_cut_under   may: -   args: school:id root:id
-- What a disposed case was found by: nothing counts, lists or finds it any more but its certificate.
DELETE FROM entry_index WHERE school = :school AND register NOT IN ('case-keep', 'disposal', 'disposal-entries')
   AND entry IN (SELECT id FROM entry WHERE school = :school AND (id = :root OR root = :root));

-- name: entry_person_cut_under   may: -   args: school:id root:id
-- Who stood in it: those whom it is kept from stay kept from it.
DELETE FROM entry_person WHERE school = :school AND stands_as IN (2, 3, 5)
   AND entry IN (SELECT id FROM entry WHERE school = :school AND (id = :root OR root = :root));

-- name: words_cut_under   may: -   args: school:id root:id
-- What was said there is found by no word any more.
DELETE FROM word_token WHERE school = :school
   AND entry IN (SELECT id FROM entry WHERE school = :school AND id = :root UNION SELECT id FROM entry WHERE school = :school AND root = :root);

-- name: entry_keys_under   may: -   args: school:id root:id   cols: key:id
-- Keys of an entry and of those under it that nothing outside of it shares, but for those of certificates and holds.
SELECT k.id FROM case_key k WHERE k.school = :school AND k.destroyed_utc IS NULL
   AND k.id IN (SELECT x.case_key FROM entry x WHERE x.school = :school AND x.id = :root UNION SELECT y.case_key FROM entry y WHERE y.school = :school AND y.root = :root)
   AND NOT EXISTS (SELECT 1 FROM entry o WHERE o.school = :school AND o.case_key = k.id AND o.id <> :root AND (o.root IS NULL OR o.root <> :root))
 ORDER BY k.id;

-- name: learners_gone   may: -   args: school:id since:utc now:utc   cols: id:id upto_utc:utc
-- Pupils who left lately, about whom something is on file that was not sent since they left.
SELECT p.id, p.active_upto FROM person p WHERE p.school = :school AND p.kind = 'learner' AND p.active_upto > :since AND p.active_upto <= :now
   AND EXISTS (SELECT 1 FROM entry_person x JOIN entry e ON e.school = x.school AND e.id = x.entry WHERE x.school = :school AND x.person = p.id AND x.stands_as = 1
                                                                            AND e.register IN ('case', 'earlier'))
   AND NOT EXISTS (SELECT 1 FROM entry_person y JOIN entry t ON t.school = y.school AND t.id = y.entry WHERE y.school = :school AND y.person = p.id AND y.stands_as = 1
                                                                            AND t.register = 'transfer' AND t.made_utc >= p.active_upto)
 ORDER BY p.id LIMIT 500;

-- name: person_known_as   may: -   args: school:id id:id   cols: ref:text born:text
SELECT COALESCE(reference, ''), born FROM person WHERE school = :school AND id = :id;

-- name: learner_matching   may: -   args: school:id ref:text name:text born:text   cols: id:id
-- By the number, or by the whole name and the day of birth.
SELECT id FROM person WHERE school = :school AND kind = 'learner' AND (reference = :ref OR (name = :name AND born = :born)) ORDER BY id LIMIT 2;

-- name: person_born   may: -   args: school:id id:id   cols: born:text
SELECT born FROM person WHERE school = :school AND id = :id;

-- name: cases_without_keep   may: -   args: school:id most:int   cols: id:id
SELECT e.id FROM entry e WHERE e.school = :school AND e.register IN ('case', 'allegation', 'allegation-head') AND e.state = 'closed'
   AND NOT EXISTS (SELECT 1 FROM entry k WHERE k.school = e.school AND k.parent = e.id AND k.register = 'case-keep') ORDER BY e.id LIMIT :most;

-- name: school_name   may: -   args: school:id   cols: name:text
SELECT name FROM school WHERE id = :school;

-- name: pack_names   may: -   args: school:id child:id   cols: name:text kind:text
-- Everybody else's names, to point at in what is given to one child.
SELECT name, kind FROM person WHERE school = :school AND id <> :child AND length(name) > 3 ORDER BY id LIMIT 20000;
