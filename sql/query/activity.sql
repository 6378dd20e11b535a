-- part: activity
-- Browsing events.  Reading and writing month tables is put together in activity.c: their names change.

-- name: activity_months   may: -   cols: month:int dropped_utc:utc
SELECT month, dropped_utc FROM activity_month ORDER BY month DESC;

-- name: activity_month_put   may: -   args: month:int at:utc
INSERT INTO activity_month (month, made_utc) VALUES (:month, :at) ON CONFLICT (month) DO NOTHING;

-- name: activity_month_drop   may: -   args: month:int at:utc n:int
UPDATE activity_month SET dropped_utc = :at, n_dropped = :n WHERE month = :month;

-- name: activity_host_seen   may: -   args: school:id name:text n:int   cols: id:id
INSERT INTO activity_host (school, name, seen) VALUES (:school, :name, :n)
    ON CONFLICT (school, name) DO UPDATE SET seen = activity_host.seen + :n RETURNING id;

-- name: activity_hosts_like   may: -   args: school:id like:text limit:int   cols: id:id seen:int
SELECT id, seen FROM activity_host WHERE school = :school AND name LIKE :like ESCAPE '!' LIMIT :limit;

-- name: activity_day_add   may: -   args: school:id day:int kind:int group:text category:text n:int limited:int
INSERT INTO activity_day (school, day, kind, group_name, category, n, limited) VALUES (:school, :day, :kind, :group, :category, :n, :limited)
    ON CONFLICT (school, day, kind, group_name, category) DO UPDATE SET n = activity_day.n + :n, limited = activity_day.limited + :limited;

-- name: activity_day_rows   may: dsl deputy head leadership governor   args: school:id from:int upto:int
-- cols: day:int kind:int group_name:text category:text n:int limited:int
SELECT day, kind, group_name, category, n, limited FROM activity_day
 WHERE school = :school AND day >= :from AND day <= :upto ORDER BY day, kind, group_name, category;

-- name: activity_class_rows   may: dsl deputy head leadership teacher staff   args: school:id class:id from_ms:ms upto_ms:ms
-- cols: day:int kind:int group_name:text category:text bare:int n:int
SELECT at_ms / 86400000, kind, group_name, category, CASE WHEN host <> 0 AND path = '' THEN 1 ELSE 0 END, CAST(sum(n) AS BIGINT) FROM activity
 WHERE school = :school AND class = :class AND at_ms >= :from_ms AND at_ms < :upto_ms
 GROUP BY at_ms / 86400000, kind, group_name, category, 5 ORDER BY 1, 2, 3, 4, 5;

-- name: ingest_cursor_get   may: -   args: gate:text worker:int   cols: segment:int record:int
SELECT segment, record FROM ingest_cursor WHERE gate = :gate AND worker = :worker;

-- name: ingest_cursor_set   may: -   args: gate:text worker:int segment:int record:int
INSERT INTO ingest_cursor (gate, worker, segment, record) VALUES (:gate, :worker, :segment, :record)
    ON CONFLICT (gate, worker) DO UPDATE SET segment = :segment, record = :record;

-- name: activity_hosts_sweep   may: -
-- across: hosts that no row names any more go, whoever's they were
DELETE FROM activity_host WHERE NOT EXISTS
       (SELECT 1 FROM activity a WHERE a.school = activity_host.school AND a.host = activity_host.id);
