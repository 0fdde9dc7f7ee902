"""Where the embedded account goes by a guess, or knowingly deviates: the page about it is made from this list.

Nothing here was held against the live service. ``open`` numbers the open question of ram-api.md section 8 that a
guess answers; for each of them `make live` has a probe.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    topic: str
    text: str
    open: tuple[int, ...] = ()


GUESSES: tuple[Guess, ...] = (
    Guess(
        "Order and markers",
        "Lists come in the order of creation; a marker names the last row shown, so it stays good while others write. Page"
        " numbers count anew each time: what is new comes at the end, and what goes from an earlier page moves the others up,"
        " so that one may be missed. Some lists have no pages and come whole.",
        open=(2,),
    ),
    Guess(
        "Names",
        "are case-sensitive, but those of system policies; they may begin with a hyphen. A system and a custom policy may"
        " bear one name.",
        open=(4,),
    ),
    Guess(
        "Empty fields",
        "are shown as empty text, never left out. A blank parameter that is needed is `Missing<Name>` (400), in STS `MissingParameter.<Name>`.",
        open=(3,),
    ),
    Guess("Blank New… parameters", "clear the text; a blank new name changes nothing."),
    Guess(
        "A parameter given twice",
        "with two values is `InvalidParameter.Format`; a body above 10 MB `RequestBodyTooLarge` (413); another method"
        " than GET and POST `UnsupportedHTTPMethod` (405). What is not HTTP, or has an address above 64 KB, is"
        " `InvalidParameter.Format`; a GET above the documented 4 KB is let pass, and so is any path.",
    ),
    Guess(
        "Nonces",
        "count once for 30 minutes. A nonce is spent only by a request whose signature was right.",
        open=(11,),
    ),
    Guess(
        "Tag filters",
        "Of several wanted tags a user, role or policy must bear all; a wanted tag without value takes any value."
        " `LimitExceeded.User.Tag`, `.Policy.Tag`, `.Role.Tag` at the twenty-first tag. An unsupported type is"
        " `InvalidParameter.ResourceType`.",
    ),
    Guess(
        "Tags in ListUsers of IMS",
        "are shown without a tag filter, unless the switch says otherwise.",
        open=(1,),
    ),
    Guess(
        "Policies",
        "6,144 counts the characters as sent; unknown statement keys are let pass; `Resource` is required; version numbers"
        " are not used again; grants at resource-group scope count in `AttachmentCount` and stand in the way of deletion;"
        " so does a role, as `DeleteConflict.Policy.Role`.",
        open=(5, 9),
    ),
    Guess(
        "Roles",
        "Console logon is allowed unless said otherwise; the trust document may be as long as a policy document. Root"
        " cannot assume a role.",
    ),
    Guess(
        "AssumeRoleWithOIDC",
        "There is one provider, `acs:ram::<account>:oidc-provider/test-issuer`, of the issuer"
        " `https://test-issuer.ramstack.invalid`; the server itself makes its tokens (`POST /_admin/oidc-token`). Errors:"
        " `EntityNotExist.OIDCProvider`, `AuthenticationFail.OIDCToken.Invalid` and `.Expired` (401), `NoPermission` where the"
        " trust policy does not let the token in.",
    ),
    Guess(
        "Display names",
        "In RAM up to 128 letters, digits, spaces and any of . @ - _; in IMS up to 24.",
        open=(12,),
    ),
    Guess(
        "Deleting users",
        "Whoever still has a group, a policy, a key, a login profile or a device cannot be deleted, in RAM and in IMS.",
        open=(8,),
    ),
    Guess(
        "Keys",
        "An active key may be deleted. The root user's own keys cannot be managed (`NotEmulated`). `LastUsedDate` is empty"
        " before the first use; every call that the key's secret signed counts as one, a denied one too. `ServiceName` is the"
        " name of the product (`Ice`, `Ram`, …).",
        open=(7,),
    ),
    Guess(
        "The recycle bin",
        "RAM's calls put users and keys there as those of IMS do, for thirty days: at most 1,000 users, and three keys each."
        " The name is free meanwhile; a user comes back with its id, texts and tags, a key in the state it had.",
    ),
    Guess(
        "Policies of keys",
        "A call from an address that the key's policy does not list is `Forbidden.AccessKeyPolicy` (403). Only"
        " `ClassicWhiteList` statements are taken, at most 8 of at most 50 addresses; `Version` counts up by one.",
    ),
    Guess(
        "The credential report",
        "is ready at once (`COMPLETED`); its columns are those of the 2021 documentation, for at most two keys; before the"
        " first one `EntityNotExist.CredentialReport`.",
    ),
    Guess(
        "Resource groups",
        "are gone as soon as they are deleted; one that grants are made in stays (`DeleteConflict.ResourceGroup.Policy`)."
        " One that does not exist is `EntityNotExist.ResourceGroup` (404), but any `rg-…` is taken as the scope of a grant."
        " They hold nothing but grants.",
    ),
    Guess(
        "ICE",
        "is a service without contents. Its probes answer empty lists, to whoever may; a denial is `Forbidden`. Every call is"
        " judged on `acs:ice:*:<account>:*`; 100 calls a second.",
    ),
    Guess(
        "Passwords",
        "The default password policy asks for eight characters and nothing else; at most 32."
        " ChangePassword alone minds `PasswordReusePrevention`; `MaxPasswordAge` and `HardExpiry` are kept and have no effect.",
    ),
    Guess(
        "Console logon",
        "is an admin call (`logon`), since the real one is a web page. It gives the key of a session of as many hours as"
        " `LoginSessionDuration` says, in which the user's own permissions count; the codes of a bound device are taken as given. `PasswordStatus` and `AutoDisableLoginStatus`"
        " are left out of IMS login profiles. Nobody is locked out by wrong passwords (`MaxLoginAttemps`), and a password that has to"
        " be changed (`PasswordResetRequired`) opens a session like any other.",
    ),
    Guess(
        "Security preferences",
        "All but `LoginSessionDuration` are kept and have no effect: users do with their passwords, keys and devices what"
        " their policies allow, from any network.",
    ),
    Guess(
        "STS",
        "`SourceIdentity` is told back and seen nowhere else. An `ExternalId` of a wrong length is"
        " `InvalidParameter.ExternalId`.",
    ),
    Guess("MFA", "The picture of the code is empty, only the seed is given."),
    Guess(
        "Services that are not activated",
        "are told by an admin call (`services`). Every caller is then refused after the signature was verified and before"
        " permissions are looked at: `Forbidden.SubscriptionRequired` by ICE, `Inactive` by the others (403).",
    ),
    Guess(
        "Authorization",
        "A call is judged on every user, group, role and policy that it names and its action reads, by"
        " `acs:ram:*:<account>:…`; the region may as well be left empty. MFA devices and resource groups are not asked about."
        " `acs:MFAPresent` is true only in the session of a user who logged on with a bound device; it is false with a key, and"
        " in the session of a role. `acs:ResourceTag/…` are the tags of the resource that is judged, a user, a role or a custom"
        " policy; a group or a system policy is judged by the tags of what is named beside it. `acs:RequestTag/…` are the tags"
        " that a call wants to write. A call about keys that names nobody is about"
        " the caller; the recycle bin is one resource. A grant within a resource group allows nothing here, since no"
        " call names a group. Refusals: `NoPermission`.",
    ),
    Guess(
        "Diagnoses",
        "The form of `EncodedDiagnosticMessage` is ours. One that is not of this account is"
        " `InvalidParameter.EncodedDiagnosticMessage`.",
    ),
    Guess(
        "Rates",
        "of rows not seen in the documentation: reads of RAM 100 a second, writes 20, tagging 10; IMS reads 450, writes 150;"
        " Resource Manager 100 and 20. A full bucket holds one second's worth, and one call at least; an empty one answers `Throttling.User` with"
        " status 400 and no header.",
        open=(6,),
    ),
    Guess(
        "System policies",
        "About 440 names as of the 2021 documentation. Documents are as published for 19 of them; the others have the"
        " obvious shape and are marked `reconstructed` in `ramstack/emulator/system_policies.jsonl`.",
        open=(10,),
    ),
)
