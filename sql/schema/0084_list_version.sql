-- Which version of each list was in use since when (FIELD A5: a decision of the past leads to the list that made it).  Protected lists are not here.
CREATE TABLE list_version (
  school        {int} NOT NULL REFERENCES school(id),
  list          {text} NOT NULL,                         -- "ut1/games"
  since_utc     {int} NOT NULL,                          -- when the gate took it into use
  version       {text} NOT NULL,                         -- as its publisher says, or the date of the file; '' = no longer in use
  PRIMARY KEY (school, list, since_utc)
) {strict};
