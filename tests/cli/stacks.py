"""Small stacks for the command line's tests."""

TEAM = """\
ramstack: 1
stack: team
lineage: 3f9a2c1b
users:
  alice:
    display_name: Alice
    tags: {env: prod, team: media}
    policies: [AliyunICEFullAccess, AliyunOSSFullAccess]
  bob:
    groups: [readers]
    policies: [read-media]
groups:
  readers:
    comments: Read-only staff
    policies: [AliyunICEReadOnlyAccess]
policies:
  read-media:
    description: Some reads
    document:
      Version: "1"
      Statement: [{Effect: Allow, Action: ["ice:Get*"], Resource: "*"}]
"""

WITHOUT_BOB = TEAM.replace("  bob:\n    groups: [readers]\n    policies: [read-media]\n", "")
