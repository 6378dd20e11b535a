-- Surveys without names: how many chose what, and, apart from it, who has taken part.  Nothing joins the two, and no count has a time.
CREATE TABLE survey_tally (
  school        {int} NOT NULL REFERENCES school(id),
  survey        {int} NOT NULL,                      -- an entry of the register consultation
  audience      {text} NOT NULL,                     -- staff governors parents young older
  class         {int} NOT NULL,                      -- of hands counted in class; 0: everybody of that audience
  question      {int} NOT NULL,                      -- 1 is the first; 0 counts those who took part
  choice        {text} NOT NULL,                     -- yes unsure no; of question 0: took
  n             {int} NOT NULL,
  PRIMARY KEY (school, survey, audience, class, question, choice)
) {strict};

CREATE TABLE survey_taken (
  school        {int} NOT NULL REFERENCES school(id),
  survey        {int} NOT NULL,
  person        {int} NOT NULL REFERENCES person(id),
  PRIMARY KEY (school, survey, person)
) {strict};

-- What somebody answered in words.  Its number is drawn, so that the order of the rows says nothing.
CREATE TABLE survey_words (
  school        {int} NOT NULL REFERENCES school(id),
  survey        {int} NOT NULL,
  number        {text} NOT NULL,
  audience      {text} NOT NULL,
  words         {text} NOT NULL,
  PRIMARY KEY (school, survey, number)
) {strict};
