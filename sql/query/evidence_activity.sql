-- part: activity
-- The gate's own events: they carry no person.

-- name: evidence_gate_day   may: admin technician dsl deputy head leadership governor chair   args: school:id kind:int   cols: day:int
-- The last day on which a kind of event came, 0 = never: the counts are small, the events are many.
SELECT COALESCE(max(day), 0) FROM activity_day WHERE school = :school AND kind = :kind;

-- name: evidence_gate_newest   may: admin technician dsl deputy head leadership governor chair   args: school:id kind:int from_ms:ms upto_ms:ms   cols: at_ms:ms n:int
SELECT at_ms, n FROM activity WHERE school = :school AND kind = :kind AND at_ms >= :from_ms AND at_ms < :upto_ms ORDER BY at_ms DESC LIMIT 1;

-- name: evidence_gate_sum   may: admin technician dsl deputy head leadership governor chair   args: school:id kind:int from_day:int   cols: n:int
SELECT COALESCE(CAST(sum(n) AS BIGINT), 0) FROM activity_day WHERE school = :school AND kind = :kind AND day >= :from_day;
