-- A file of the first version, as it was written then.
-- The world of one embedded account. Columns that appear in replies are named as on the wire.
-- `seq` is the stable order that markers refer to: rows never move, and numbers are never used again.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE users (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  UserId TEXT NOT NULL UNIQUE,
  UserName TEXT NOT NULL UNIQUE,
  DisplayName TEXT NOT NULL DEFAULT '',
  MobilePhone TEXT NOT NULL DEFAULT '',
  Email TEXT NOT NULL DEFAULT '',
  Comments TEXT NOT NULL DEFAULT '',
  CreateDate TEXT NOT NULL,
  UpdateDate TEXT NOT NULL,
  LastLoginDate TEXT NOT NULL DEFAULT '',
  Status TEXT NOT NULL DEFAULT 'active',
  ProvisionType TEXT NOT NULL DEFAULT 'Manual'
);

CREATE TABLE groups (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  GroupId TEXT NOT NULL UNIQUE,
  GroupName TEXT NOT NULL UNIQUE,
  DisplayName TEXT NOT NULL DEFAULT '',
  Comments TEXT NOT NULL DEFAULT '',
  CreateDate TEXT NOT NULL,
  UpdateDate TEXT NOT NULL
);

CREATE TABLE memberships (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES users,
  member_of INTEGER NOT NULL REFERENCES groups,
  JoinDate TEXT NOT NULL,
  UNIQUE (user, member_of)
);
CREATE INDEX memberships_by_group ON memberships (member_of, seq);

CREATE TABLE roles (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  RoleId TEXT NOT NULL UNIQUE,
  RoleName TEXT NOT NULL UNIQUE,
  Description TEXT NOT NULL DEFAULT '',
  AssumeRolePolicyDocument TEXT NOT NULL,
  MaxSessionDuration INTEGER NOT NULL,
  AllowConsoleLogin INTEGER NOT NULL DEFAULT 1,
  CreateDate TEXT NOT NULL,
  UpdateDate TEXT NOT NULL
);

CREATE TABLE policies (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  PolicyName TEXT NOT NULL,
  PolicyType TEXT NOT NULL CHECK (PolicyType IN ('System', 'Custom')),
  Description TEXT NOT NULL DEFAULT '',
  DefaultVersion TEXT NOT NULL,
  CreateDate TEXT NOT NULL,
  UpdateDate TEXT NOT NULL,
  AttachmentCount INTEGER NOT NULL DEFAULT 0,
  next_version INTEGER NOT NULL,
  UNIQUE (PolicyType, PolicyName)
);
CREATE INDEX policies_by_type ON policies (PolicyType, seq);
CREATE UNIQUE INDEX system_policies ON policies (PolicyName COLLATE NOCASE) WHERE PolicyType = 'System';

CREATE TABLE versions (
  policy INTEGER NOT NULL REFERENCES policies,
  number INTEGER NOT NULL,
  VersionId TEXT NOT NULL,
  PolicyDocument TEXT NOT NULL,
  CreateDate TEXT NOT NULL,
  PRIMARY KEY (policy, number)
) WITHOUT ROWID;

-- `scope` is the account id, or the id of a resource group.
CREATE TABLE attachments (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'group', 'role')),
  principal INTEGER NOT NULL,
  policy INTEGER NOT NULL REFERENCES policies,
  scope TEXT NOT NULL,
  AttachDate TEXT NOT NULL,
  UNIQUE (kind, principal, scope, policy)
);
CREATE INDEX attachments_by_policy ON attachments (policy, seq);
CREATE INDEX attachments_by_scope ON attachments (scope, seq);
CREATE INDEX attachments_by_kind ON attachments (kind, seq);

CREATE TABLE tags (
  kind TEXT NOT NULL CHECK (kind IN ('user', 'policy', 'role')),
  resource INTEGER NOT NULL,
  TagKey TEXT NOT NULL,
  TagValue TEXT NOT NULL,
  PRIMARY KEY (kind, resource, TagKey)
) WITHOUT ROWID;
CREATE INDEX tags_by_key ON tags (kind, TagKey, resource, TagValue);

-- The root user's key has no user.
CREATE TABLE access_keys (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  AccessKeyId TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  user INTEGER REFERENCES users,
  Status TEXT NOT NULL DEFAULT 'Active',
  CreateDate TEXT NOT NULL,
  LastUsedDate TEXT NOT NULL DEFAULT ''
);
CREATE INDEX access_keys_by_user ON access_keys (user, seq);

-- Roles that were assumed.
CREATE TABLE sessions (
  AccessKeyId TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  token TEXT NOT NULL,
  role INTEGER NOT NULL REFERENCES roles,
  name TEXT NOT NULL,
  policy TEXT NOT NULL,
  expires REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires);

CREATE TABLE login_profiles (
  user INTEGER PRIMARY KEY REFERENCES users,
  password TEXT NOT NULL,
  PasswordResetRequired INTEGER NOT NULL,
  MFABindRequired INTEGER NOT NULL,
  Status TEXT NOT NULL DEFAULT 'Active',
  CreateDate TEXT NOT NULL,
  UpdateDate TEXT NOT NULL
);

CREATE TABLE mfa_devices (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  SerialNumber TEXT NOT NULL UNIQUE,
  seed TEXT NOT NULL,
  user INTEGER UNIQUE REFERENCES users,
  ActivateDate TEXT NOT NULL DEFAULT ''
);

-- How many there are, so that no call has to count.
CREATE TABLE tallies (noun TEXT PRIMARY KEY, amount INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO tallies VALUES ('users', 0), ('groups', 0), ('roles', 0), ('policies', 0), ('mfa_devices', 0);

CREATE TRIGGER users_more AFTER INSERT ON users
  BEGIN UPDATE tallies SET amount = amount + 1 WHERE noun = 'users'; END;
CREATE TRIGGER users_less AFTER DELETE ON users
  BEGIN UPDATE tallies SET amount = amount - 1 WHERE noun = 'users'; END;
CREATE TRIGGER groups_more AFTER INSERT ON groups
  BEGIN UPDATE tallies SET amount = amount + 1 WHERE noun = 'groups'; END;
CREATE TRIGGER groups_less AFTER DELETE ON groups
  BEGIN UPDATE tallies SET amount = amount - 1 WHERE noun = 'groups'; END;
CREATE TRIGGER roles_more AFTER INSERT ON roles
  BEGIN UPDATE tallies SET amount = amount + 1 WHERE noun = 'roles'; END;
CREATE TRIGGER roles_less AFTER DELETE ON roles
  BEGIN UPDATE tallies SET amount = amount - 1 WHERE noun = 'roles'; END;
CREATE TRIGGER policies_more AFTER INSERT ON policies WHEN new.PolicyType = 'Custom'
  BEGIN UPDATE tallies SET amount = amount + 1 WHERE noun = 'policies'; END;
CREATE TRIGGER policies_less AFTER DELETE ON policies WHEN old.PolicyType = 'Custom'
  BEGIN UPDATE tallies SET amount = amount - 1 WHERE noun = 'policies'; END;
CREATE TRIGGER mfa_devices_more AFTER INSERT ON mfa_devices
  BEGIN UPDATE tallies SET amount = amount + 1 WHERE noun = 'mfa_devices'; END;
CREATE TRIGGER mfa_devices_less AFTER DELETE ON mfa_devices
  BEGIN UPDATE tallies SET amount = amount - 1 WHERE noun = 'mfa_devices'; END;
CREATE TRIGGER attachments_more AFTER INSERT ON attachments
  BEGIN UPDATE policies SET AttachmentCount = AttachmentCount + 1 WHERE seq = new.policy; END;
CREATE TRIGGER attachments_less AFTER DELETE ON attachments
  BEGIN UPDATE policies SET AttachmentCount = AttachmentCount - 1 WHERE seq = old.policy; END;

CREATE TABLE nonces (nonce TEXT PRIMARY KEY, seen REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX nonces_by_age ON nonces (seen);

CREATE TABLE buckets (api TEXT PRIMARY KEY, tokens REAL NOT NULL, filled REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE calls (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
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
CREATE INDEX calls_by_action ON calls (action);

INSERT INTO meta (name, value) VALUES ('account_id', '1000000000000001');
INSERT INTO access_keys (AccessKeyId, secret, CreateDate) VALUES ('LTAIoldoldoldoldoldoldo1', 'secret', '2026-01-01T00:00:00Z');
INSERT INTO users (UserId, UserName, CreateDate, UpdateDate)
  VALUES ('200000000000000001', 'alice', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
PRAGMA user_version = 1;
