-- What the third version added: by which service a key was last used, and sessions of users who logged on.

ALTER TABLE access_keys ADD COLUMN LastUsedService TEXT NOT NULL DEFAULT '';

CREATE TABLE logons (
  AccessKeyId TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  token TEXT NOT NULL,
  user INTEGER NOT NULL,
  has_mfa INTEGER NOT NULL,
  expires REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX logons_by_end ON logons (expires);
