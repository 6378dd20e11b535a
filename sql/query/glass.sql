-- The break-glass account.

-- name: glass_half_now   may: -   args: school:id half:int   cols: id:id person:id digest:blob made_utc:utc
SELECT id, COALESCE(person, 0), digest, made_utc FROM glass_half WHERE school = :school AND half = :half AND void_utc IS NULL ORDER BY id DESC LIMIT 1;

-- name: glass_half_void   may: -   args: school:id half:int now:utc
UPDATE glass_half SET void_utc = :now WHERE school = :school AND half = :half AND void_utc IS NULL;

-- name: glass_half_put   may: -   args: school:id half:int person:id? digest:blob now:utc
INSERT INTO glass_half (school, half, person, digest, made_utc) VALUES (:school, :half, :person, :digest, :now);

-- name: glass_opening_put   may: -   args: school:id account_person:id first:id second:id why:text now:utc until:utc   cols: id:id
INSERT INTO glass_opening (school, account_person, first, second, why, opened_utc, until_utc)
VALUES (:school, :account_person, :first, :second, :why, :now, :until) RETURNING id;

-- name: glass_openings   may: -   args: school:id   cols: id:id account_person:id first:id second:id why:text opened_utc:utc until_utc:utc
SELECT id, account_person, first, second, why, opened_utc, until_utc FROM glass_opening WHERE school = :school ORDER BY id DESC LIMIT 100;

-- name: glass_acts   may: -   args: school:id person:id   cols: at_utc:utc what:text why:text about_kind:text about:id
SELECT at_utc, what, why, about_kind, about FROM audit WHERE school = :school AND person = :person ORDER BY seq DESC LIMIT 500;
