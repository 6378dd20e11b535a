-- What the store itself runs.

-- name: school_add   may: -   args: name:text profile:text at:utc   cols: id:id
INSERT INTO school (name, profile, made_utc) VALUES (:name, :profile, :at) RETURNING id;

-- name: school_all   may: -   cols: id:id name:text profile:text
SELECT id, name, profile FROM school ORDER BY id;

-- name: audit_head_make   may: -   args: school:id digest:blob
INSERT INTO audit_head (school, seq, digest) VALUES (:school, 0, :digest) ON CONFLICT (school) DO NOTHING;

-- name: audit_head_get   may: -   args: school:id   cols: seq:int digest:blob
SELECT seq, digest FROM audit_head WHERE school = :school;

-- name: audit_head_set   may: -   args: school:id seq:int digest:blob before:int
UPDATE audit_head SET seq = :seq, digest = :digest WHERE school = :school AND seq = :before;

-- name: audit_head_lock   may: -   args: school:id   cols: seq:int digest:blob
-- A write on the row, so that both engines hold it until the transaction ends.
UPDATE audit_head SET seq = seq WHERE school = :school RETURNING seq, digest;

-- name: audit_after   may: -   args: school:id seq:int   cols: n:int
SELECT count(*) FROM audit WHERE school = :school AND seq > :seq;

-- name: audit_put   may: -
-- args: school:id seq:int at:utc person:id what:text why:text about_kind:text about:id content:blob digest:blob
INSERT INTO audit (school, seq, at_utc, person, what, why, about_kind, about, content, digest)
VALUES (:school, :seq, :at, :person, :what, :why, :about_kind, :about, :content, :digest);

-- name: audit_before   may: admin dsl deputy head leadership   args: school:id before:int limit:int
-- cols: seq:int at_utc:utc person:id about:id what:text why:text about_kind:text
SELECT seq, at_utc, person, about, what, why, about_kind FROM audit
 WHERE school = :school AND seq < :before ORDER BY seq DESC LIMIT :limit;

-- name: audit_about   may: dsl deputy head   args: school:id kind:text about:id
-- cols: seq:int at_utc:utc person:id about:id what:text why:text about_kind:text
SELECT seq, at_utc, person, about, what, why, about_kind FROM audit
 WHERE school = :school AND about_kind = :kind AND about = :about ORDER BY seq LIMIT 1000;

-- name: checkpoint_put   may: -   args: school:id seq:int at:utc digest:blob signature:blob
INSERT INTO audit_checkpoint (school, seq, at_utc, digest, signature) VALUES (:school, :seq, :at, :digest, :signature);

-- name: checkpoint_last   may: -   args: school:id   cols: seq:int at_utc:utc digest:blob signature:blob
SELECT seq, at_utc, digest, signature FROM audit_checkpoint WHERE school = :school ORDER BY seq DESC LIMIT 1;

-- name: case_key_put   may: -   args: school:id class:int wrapped:blob at:utc   cols: id:id
INSERT INTO case_key (school, class, wrapped, made_utc) VALUES (:school, :class, :wrapped, :at) RETURNING id;

-- name: case_key_wrap   may: -   args: school:id id:id wrapped:blob
UPDATE case_key SET wrapped = :wrapped WHERE school = :school AND id = :id AND destroyed_utc IS NULL;

-- name: case_key_get   may: -   args: school:id id:id   cols: class:int wrapped:blob destroyed_utc:utc
SELECT class, wrapped, destroyed_utc FROM case_key WHERE school = :school AND id = :id;

-- name: case_key_destroy   may: -   args: school:id id:id empty:blob at:utc person:id why:text
UPDATE case_key SET wrapped = :empty, destroyed_utc = :at, destroyed_by = :person, why = :why
 WHERE school = :school AND id = :id AND destroyed_utc IS NULL;

-- name: tombstone_put   may: -   args: school:id kind:text about:id person:id at:utc why:text
INSERT INTO tombstone (school, kind, about, by_person, at_utc, why) VALUES (:school, :kind, :about, :person, :at, :why);

-- name: words_forget   may: -   args: school:id key:id
DELETE FROM word_token WHERE school = :school
   AND entry IN (SELECT e.id FROM entry e WHERE e.school = :school AND e.case_key = :key);

-- name: word_put   may: -   args: school:id class:int token:blob entry:id
INSERT INTO word_token (school, class, token, entry) VALUES (:school, :class, :token, :entry) ON CONFLICT DO NOTHING;

-- name: view_put   may: -   args: school:id viewer:id person:id class:id at:utc from:utc upto:utc why:text   cols: id:id
INSERT INTO view_log (school, viewer, person, class, at_utc, from_utc, upto_utc, why)
VALUES (:school, :viewer, :person, :class, :at, :from, :upto, :why) RETURNING id;

-- name: view_list   may: dsl deputy head   args: school:id about:id before:id limit:int
-- cols: id:id viewer:id person:id class_id:id at_utc:utc from_utc:utc upto_utc:utc why:text
SELECT id, viewer, person, class, at_utc, from_utc, upto_utc, why FROM view_log
 WHERE school = :school AND (:about = 0 OR person = :about) AND id < :before ORDER BY id DESC LIMIT :limit;
