-- part: activity
-- Devices that the gate turned away at its door: a name or certificate that does not count.

-- name: device_refused   may: admin technician dsl deputy head leadership governor chair   args: school:id kind:int day:int from_ms:ms limit:int
-- cols: reason:text addr:blob n:int first_ms:ms newest_ms:ms
-- The counts are asked first: most schools have none, and need no look at what everybody did.
SELECT reason, addr, CAST(sum(n) AS BIGINT), min(at_ms), max(at_ms) FROM activity
 WHERE school = :school AND at_ms >= :from_ms AND kind = :kind
   AND EXISTS (SELECT 1 FROM activity_day d WHERE d.school = :school AND d.day >= :day AND d.kind = :kind)
 GROUP BY reason, addr ORDER BY max(at_ms) DESC LIMIT :limit;
