-- Devices that the gate has seen.

-- name: device_seen_put   may: -   args: school:id device:id seen:utc refused:utc how:int group:text
INSERT INTO device_seen (school, device, seen_utc, refused_utc, how, group_name) VALUES (:school, :device, :seen, :refused, :how, :group)
 ON CONFLICT (school, device) DO UPDATE SET seen_utc = CASE WHEN device_seen.seen_utc > excluded.seen_utc THEN device_seen.seen_utc ELSE excluded.seen_utc END,
  refused_utc = CASE WHEN device_seen.refused_utc > excluded.refused_utc THEN device_seen.refused_utc ELSE excluded.refused_utc END,
  how = excluded.how, group_name = excluded.group_name;

-- name: device_seen_all   may: admin technician dsl deputy head leadership governor chair   args: school:id
-- cols: device:id seen_utc:utc refused_utc:utc how:int group_name:text
SELECT device, seen_utc, refused_utc, how, group_name FROM device_seen WHERE school = :school ORDER BY device LIMIT 20000;
