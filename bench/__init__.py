"""Figures, measured: `python -m bench [small] [large] [rates] [startup] [--json FILE]`.

The road: an `estate` of some `size` is written as a stack file and, where the account shall hold it already, as a seed.
The account is served by a process of its own (`server`), so that its CPU is not mixed with the client's. Each run of
the client (`bulk`: ramstack itself; `peruser`: a reader that asks object by object) gets a fresh process (`meter`), which
measures wall, CPU and peak memory; the calls are counted by the account. `reads` puts the two readers side by side,
`ideal` says how fast the rates and the chain of dependent pages let anybody be.

`small`, `large`, `rates` and `startup` are what can be asked for; each yields tables (`table`). Every figure was measured
in the run that prints it, or is marked with `~` where it was extrapolated from fewer users.
"""
