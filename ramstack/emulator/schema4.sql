-- What the fourth version changed: what every call writes is written once, at the end of one table each.

-- `slot` numbers quarters of an hour; old ones are forgotten by slot, without an index of their own.
CREATE TABLE spent (slot INTEGER NOT NULL, nonce TEXT NOT NULL, PRIMARY KEY (slot, nonce)) WITHOUT ROWID;
INSERT INTO spent (slot, nonce) SELECT CAST(seen / 900 AS INTEGER), nonce FROM nonces;
DROP TABLE nonces;
ALTER TABLE spent RENAME TO nonces;

CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  product TEXT NOT NULL,
  version TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  caller TEXT NOT NULL,
  params TEXT NOT NULL,
  status INTEGER NOT NULL,
  code TEXT NOT NULL,
  request_id TEXT NOT NULL,
  fault TEXT NOT NULL
);
INSERT INTO log SELECT * FROM calls;
DROP TABLE calls;
ALTER TABLE log RENAME TO calls;
