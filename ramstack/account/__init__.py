"""The account at work: few reads become an `Account`, batches become outcomes.

`read_account` asks a `Reader` in bulk; `apply` hands the calls of a schedule to a `Writer` and yields one outcome for every
change. Both know the port, neither knows the SDK.
"""
