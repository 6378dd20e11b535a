-- part: activity
-- Browsing events.  On SQLite this is a file of its own, with one table a month that the
-- program makes (activity_YYYYMM) behind the view; on PostgreSQL partitions of one table.
CREATE TABLE activity_host (
  id            {id},
  school        {int} NOT NULL,
  name          {text} NOT NULL,
  seen          {int} NOT NULL DEFAULT 0             -- how many rows name it, about: for choosing the way of a search
) {strict};
CREATE UNIQUE INDEX activity_host_by_name ON activity_host (school, name);

CREATE TABLE activity_day (
  school        {int} NOT NULL,
  day           {int} NOT NULL,                      -- days since 1970, UK
  kind          {int} NOT NULL,
  group_name    {text} NOT NULL,
  category      {text} NOT NULL,
  n             {int} NOT NULL,
  PRIMARY KEY (school, day, kind, group_name, category)
) {strict};

CREATE TABLE ingest_cursor (
  gate          {text} NOT NULL,
  worker        {int} NOT NULL,
  segment       {int} NOT NULL,
  record        {int} NOT NULL,
  PRIMARY KEY (gate, worker)
) {strict};

CREATE TABLE activity_month (
  month         {int} NOT NULL PRIMARY KEY,          -- 202611
  made_utc      {int} NOT NULL,
  dropped_utc   {int},                               -- tombstone
  n_dropped     {int}
) {strict};

-- only: sqlite
CREATE TABLE activity_none (                         -- the view's shape while no month has begun
  id INTEGER PRIMARY KEY, school INTEGER NOT NULL, at_ms INTEGER NOT NULL, person INTEGER NOT NULL, class INTEGER NOT NULL,
  device INTEGER NOT NULL, kind INTEGER NOT NULL, how INTEGER NOT NULL, sure INTEGER NOT NULL, host INTEGER NOT NULL,
  n INTEGER NOT NULL, addr BLOB NOT NULL, group_name TEXT NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL,
  rule TEXT NOT NULL, category TEXT NOT NULL, list TEXT NOT NULL, said TEXT NOT NULL
) STRICT;
CREATE VIEW activity AS SELECT * FROM activity_none;
-- end
-- only: postgres
CREATE SEQUENCE activity_id;
CREATE TABLE activity (
  id bigint NOT NULL DEFAULT nextval('activity_id'), school bigint NOT NULL, at_ms bigint NOT NULL, person bigint NOT NULL,
  class bigint NOT NULL, device bigint NOT NULL, kind bigint NOT NULL, how bigint NOT NULL, sure bigint NOT NULL,
  host bigint NOT NULL, n bigint NOT NULL, addr bytea NOT NULL, group_name text NOT NULL, path text NOT NULL,
  reason text NOT NULL, rule text NOT NULL, category text NOT NULL, list text NOT NULL, said text NOT NULL
) PARTITION BY RANGE (at_ms);
CREATE INDEX activity_by_person ON activity (school, person, at_ms, id);
CREATE INDEX activity_by_class ON activity (school, class, at_ms, id);
CREATE INDEX activity_by_host ON activity (school, host, at_ms, id);
CREATE INDEX activity_by_time ON activity (school, at_ms, id);
-- end
