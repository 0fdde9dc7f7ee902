// The Node SDK, as others write it: create, read, update, attach, detach, delete. Prints what it saw as JSON.
const Ram = require('@alicloud/ram20150501');
const OpenApi = require('@alicloud/openapi-client');

async function main() {
  const [endpoint, accessKeyId, accessKeySecret] = process.argv.slice(2);
  const config = new OpenApi.Config({ endpoint, protocol: 'http', accessKeyId, accessKeySecret });
  const client = new Ram.default(config);
  const grant = { userName: 'alicia', policyType: 'System', policyName: 'AliyunICEReadOnlyAccess' };
  const seen = {};
  const made = await client.createUser(new Ram.CreateUserRequest({ userName: 'alice', comments: 'from Node ü' }));
  seen.id = made.body.user.userId;
  const read = await client.getUser(new Ram.GetUserRequest({ userName: 'alice' }));
  seen.comments = read.body.user.comments;
  await client.updateUser(new Ram.UpdateUserRequest({ userName: 'alice', newUserName: 'alicia' }));
  await client.attachPolicyToUser(new Ram.AttachPolicyToUserRequest(grant));
  const held = await client.listPoliciesForUser(new Ram.ListPoliciesForUserRequest({ userName: 'alicia' }));
  seen.held = held.body.policies.policy.map((policy) => policy.policyName);
  try {
    await client.deleteUser(new Ram.DeleteUserRequest({ userName: 'alicia' }));
  } catch (error) {
    seen.code = error.code;
  }
  await client.detachPolicyFromUser(new Ram.DetachPolicyFromUserRequest(grant));
  await client.deleteUser(new Ram.DeleteUserRequest({ userName: 'alicia' }));
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
