-- The generic entry store.  Reading goes through one statement that entry_query.c puts together,
-- because who may see what is part of it.

-- name: entry_number_next   may: -   args: school:id register:text   cols: last:int
INSERT INTO entry_number (school, register, last) VALUES (:school, :register, 1)
    ON CONFLICT (school, register) DO UPDATE SET last = entry_number.last + 1 RETURNING last;

-- name: entry_put   may: -
-- args: school:id register:text number:int class:int state:text parent:id? root:id? case_key:id? made_by:id at:utc   cols: id:id
INSERT INTO entry (school, register, number, class, state, version, parent, root, case_key, made_by, made_utc, changed_utc)
VALUES (:school, :register, :number, :class, :state, 1, :parent, :root, :case_key, :made_by, :at, :at) RETURNING id;

-- name: entry_head   may: -   args: school:id id:id
-- cols: register:text class:int state:text version:int root:id case_key:id
SELECT register, class, state, version, root, case_key FROM entry WHERE school = :school AND id = :id;

-- name: entry_move   may: -   args: school:id id:id seen:int state:text class:int at:utc
UPDATE entry SET version = version + 1, state = :state, class = :class, changed_utc = :at
 WHERE school = :school AND id = :id AND version = :seen;

-- name: entry_version_put   may: -
-- args: school:id entry:id version:int class:int state:text body:text by_person:id at:utc why:text digest:blob salt:blob said:blob
INSERT INTO entry_version (school, entry, version, class, state, body, by_person, at_utc, why, digest, salt, said)
VALUES (:school, :entry, :version, :class, :state, :body, :by_person, :at, :why, :digest, :salt, :said);

-- name: entry_versions_under   may: -   args: school:id root:id
-- cols: entry:id version:int parent:id class:int by_person:id at:utc reg:text state:text body:text why:text said:blob disposal:id
-- All that is said in the open in an entry and in those under it, but for how it is kept and its certificates.
SELECT v.entry, v.version, e.parent, v.class, v.by_person, v.at_utc, e.register, v.state, v.body, v.why, v.said, v.disposal
  FROM entry e JOIN entry_version v ON v.school = e.school AND v.entry = e.id
 WHERE e.school = :school AND e.register NOT IN ('case-keep', 'disposal', 'disposal-entries')
   AND e.id IN (SELECT x.id FROM entry x WHERE x.school = :school AND x.id = :root UNION SELECT y.id FROM entry y WHERE y.school = :school AND y.root = :root)
 ORDER BY v.entry, v.version;

-- name: entry_version_erase   may: -   args: school:id entry:id version:int said:blob disposal:id
UPDATE entry_version SET body = '', why = '', salt = NULL, said = :said, disposal = :disposal
 WHERE school = :school AND entry = :entry AND version = :version AND disposal IS NULL;

-- name: entry_text_put   may: -   args: school:id entry:id version:int field:text case_key:id sealed:blob
INSERT INTO entry_text (school, entry, version, field, case_key, sealed)
VALUES (:school, :entry, :version, :field, :case_key, :sealed);

-- name: entry_texts   may: -   args: school:id entry:id version:int   cols: field:text case_key:id sealed:blob
SELECT field, case_key, sealed FROM entry_text
 WHERE school = :school AND entry = :entry AND version = :version ORDER BY field;

-- name: entry_index_clear   may: -   args: school:id entry:id
DELETE FROM entry_index WHERE school = :school AND entry = :entry;

-- name: entry_index_number   may: -   args: school:id entry:id register:text field:text number:int
INSERT INTO entry_index (school, entry, register, field, number) VALUES (:school, :entry, :register, :field, :number);

-- name: entry_index_word   may: -   args: school:id entry:id register:text field:text word:text
INSERT INTO entry_index (school, entry, register, field, word) VALUES (:school, :entry, :register, :field, :word);

-- name: entry_person_put   may: -   args: school:id entry:id person:id stands_as:int at:utc
-- Only people of the school; one who stands there already stays.
INSERT INTO entry_person (school, entry, person, stands_as, since_utc)
SELECT p.school, :entry, p.id, :stands_as, :at FROM person p WHERE p.school = :school AND p.id = :person
    ON CONFLICT (school, entry, person, stands_as) DO NOTHING;

-- name: person_known   may: -   args: school:id person:id   cols: n:int
SELECT count(*) FROM person WHERE school = :school AND id = :person;

-- name: entry_person_cut   may: -   args: school:id entry:id person:id stands_as:int
DELETE FROM entry_person WHERE school = :school AND entry = :entry AND person = :person AND stands_as = :stands_as;

-- name: entry_people   may: -   args: school:id entry:id   cols: person:id stands_as:int
SELECT person, stands_as FROM entry_person WHERE school = :school AND entry = :entry ORDER BY stands_as, person;

-- name: words_cut   may: -   args: school:id entry:id
DELETE FROM word_token WHERE school = :school AND entry = :entry;

-- name: entry_after   may: -   args: school:id register:text after:id limit:int   cols: id:id
-- Entries of a register one after the other, for work in the background.
SELECT id FROM entry WHERE school = :school AND register = :register AND id > :after ORDER BY id LIMIT :limit;
