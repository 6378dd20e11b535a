-- part: activity
-- Refused pages by pupil, for the audit's attempts report (7.2-06, 7.2-07).

-- name: attempt_rows   may: -   args: school:id refused:int dns:int from_ms:ms upto_ms:ms   cols: person:id category:text n:int limited:int newest_ms:ms
SELECT person, category, CAST(sum(n) AS BIGINT), CAST(sum(CASE WHEN host <> 0 AND path = '' THEN n ELSE 0 END) AS BIGINT), max(at_ms) FROM activity
 WHERE school = :school AND person > 0 AND category <> '' AND kind IN (:refused, :dns) AND at_ms >= :from_ms AND at_ms < :upto_ms
 GROUP BY person, category ORDER BY person, category;
