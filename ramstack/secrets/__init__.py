"""Where a password or key goes, once: it is in memory, then in its sink, and nowhere else.

The road: a stack's `SinkWish` → `opening` → a `Sink` (`sink`), which is checked before a credential is made and then handed
a `Payload` (`payload`). The kinds: `folder` with `age` and `file`, `command`, `kms`, `vault`, `stdout`, and `foreign` for those
that other distributions bring. `names` says what things are called there, `password` makes passwords.
"""
