-- What the second version added: marks of ours in the file's header, the recycle bin, key policies, resource groups.

ALTER TABLE access_keys ADD COLUMN policy TEXT NOT NULL DEFAULT '';

-- `facts` is the row as it was, in JSON; `seq` is its number, which comes back with it.
CREATE TABLE recycled_users (
  seq INTEGER PRIMARY KEY,
  UserId TEXT NOT NULL UNIQUE,
  UserName TEXT NOT NULL,
  facts TEXT NOT NULL,
  RecycleDate TEXT NOT NULL,
  DeleteDate TEXT NOT NULL
);
CREATE INDEX recycled_users_by_date ON recycled_users (DeleteDate);

CREATE TABLE recycled_keys (
  seq INTEGER PRIMARY KEY,
  AccessKeyId TEXT NOT NULL UNIQUE,
  user INTEGER NOT NULL,
  facts TEXT NOT NULL,
  RecycleDate TEXT NOT NULL,
  DeleteDate TEXT NOT NULL
);
CREATE INDEX recycled_keys_by_user ON recycled_keys (user, seq);
CREATE INDEX recycled_keys_by_date ON recycled_keys (DeleteDate);

CREATE TABLE resource_groups (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  Id TEXT NOT NULL UNIQUE,
  Name TEXT NOT NULL UNIQUE,
  DisplayName TEXT NOT NULL,
  CreateDate TEXT NOT NULL
);

-- Hashes of passwords that were replaced, for the policy that forbids to use them again.
CREATE TABLE past_passwords (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES users,
  password TEXT NOT NULL
);
CREATE INDEX past_passwords_by_user ON past_passwords (user, seq);

-- With what the account seals what it hands out and takes back: diagnoses, tokens of the test issuer.
INSERT INTO meta (name, value) VALUES ('seal', lower(hex(randomblob(32))));
