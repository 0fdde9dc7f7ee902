"""The nouns of ramstack: what an account holds, what a stack wishes, what changes, and what is said about it.

An `Account` is a flat map from `Address` to `Resource`; the same type holds what is and what shall be. A `Stack` is a
wish with an owner, a `Change` what a person approves, a `Call` what the wire does, an `Outcome` what became of a change.
Values only: no I/O, no clock, no environment.
"""
