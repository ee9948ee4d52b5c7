-- Reactions that keep a message out of the RCA and the exports, as pins are
-- kept: by message, person and emoji.
CREATE TABLE hides (
  key    TEXT    NOT NULL,
  by     TEXT    NOT NULL,
  emoji  TEXT    NOT NULL,
  hidden INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  ord    INTEGER NOT NULL,
  PRIMARY KEY (key, by, emoji)
) STRICT;
