"""Security Token Service 2015-04-01 (ram-api.md section 6.3)."""

from ramstack.emulator.call import Action, Body, Call


def get_caller_identity(call: Call) -> Body:
    caller, account_id = call.caller, call.account.account_id
    user_id = account_id if caller.is_root else caller.user_id
    return {
        "AccountId": account_id,
        "Arn": caller.arn,
        "IdentityType": "Account" if caller.is_root else "RAMUser",
        "PrincipalId": user_id,
        "UserId": user_id,
    }


ACTIONS: dict[str, Action] = {"GetCallerIdentity": get_caller_identity}
