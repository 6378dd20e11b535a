-- Which version of each list was in use since when.

-- name: list_version_now   may: -   args: school:id   cols: list:text version:text
-- The newest of each.
SELECT list, version FROM list_version WHERE school = :school
   AND since_utc = (SELECT max(b.since_utc) FROM list_version b WHERE b.school = :school AND b.list = list_version.list) ORDER BY list;

-- name: list_version_put   may: -   args: school:id list:text since:utc version:text
INSERT INTO list_version (school, list, since_utc, version) VALUES (:school, :list, :since, :version)
 ON CONFLICT (school, list, since_utc) DO UPDATE SET version = excluded.version;

-- name: list_version_at   may: admin technician dsl deputy head leadership governor chair teacher   args: school:id list:text at:utc   cols: version:text since_utc:utc
SELECT version, since_utc FROM list_version WHERE school = :school AND list = :list AND since_utc <= :at ORDER BY since_utc DESC LIMIT 1;

-- name: list_version_drop   may: -   args: school:id before:utc
-- Those that something newer had replaced by then.
DELETE FROM list_version WHERE school = :school AND since_utc < :before
   AND EXISTS (SELECT 1 FROM list_version b WHERE b.school = :school AND b.list = list_version.list AND b.since_utc > list_version.since_utc AND b.since_utc <= :before);
