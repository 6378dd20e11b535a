-- Apps that the gate has seen, by device.

-- name: app_seen_put   may: -   args: school:id device:id place:text app:text group:text first:utc seen:utc times:int ways:int
INSERT INTO app_seen (school, device, place, app, group_name, first_utc, seen_utc, times, ways) VALUES (:school, :device, :place, :app, :group, :first, :seen, :times, :ways)
 ON CONFLICT (school, device, place, app) DO UPDATE SET group_name = excluded.group_name,
  seen_utc = CASE WHEN app_seen.seen_utc > excluded.seen_utc THEN app_seen.seen_utc ELSE excluded.seen_utc END,
  times = app_seen.times + excluded.times, ways = app_seen.ways | excluded.ways;

-- name: app_seen_all   may: admin technician dsl deputy head leadership governor chair   args: school:id limit:int
-- cols: device:id place:text app:text group_name:text first_utc:utc seen_utc:utc times:int ways:int
-- The newest first: what is over the limit is what nobody has met for longest.
SELECT device, place, app, group_name, first_utc, seen_utc, times, ways FROM app_seen WHERE school = :school ORDER BY seen_utc DESC, device, place, app LIMIT :limit;

-- name: app_seen_has   may: -   args: school:id app:text   cols: n:int
SELECT count(*) FROM app_seen WHERE school = :school AND app = :app;

-- name: app_seen_drop   may: -   args: school:id before:utc
DELETE FROM app_seen WHERE school = :school AND seen_utc < :before;

-- name: app_lent   may: -   args: school:id   cols: device:id
-- Devices that one person has now.
SELECT i.number FROM entry e JOIN entry_index i ON i.school = :school AND i.entry = e.id AND i.field = 'device'
 WHERE e.school = :school AND e.register = 'device-loan' AND e.state = 'lent' ORDER BY i.number;
