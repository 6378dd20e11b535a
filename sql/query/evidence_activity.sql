-- part: activity
-- The gate's own events: they carry no person.

-- name: evidence_gate_newest   may: admin technician dsl deputy head leadership governor chair   args: school:id kind:int from_ms:ms   cols: at_ms:ms n:int
SELECT at_ms, n FROM activity WHERE school = :school AND kind = :kind AND at_ms >= :from_ms ORDER BY at_ms DESC LIMIT 1;

-- name: evidence_gate_sum   may: admin technician dsl deputy head leadership governor chair   args: school:id kind:int from_ms:ms   cols: n:int
SELECT COALESCE(CAST(sum(n) AS BIGINT), 0) FROM activity WHERE school = :school AND kind = :kind AND at_ms >= :from_ms;
