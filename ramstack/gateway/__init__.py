"""The gateway: the only door to the cloud, and the only importer of its SDKs.

The road of one call: a `Call` or a question becomes a request of the SDK (`wire`, `reader`); a `Channel` waits for the
account's rate (`pacing`), sends it through one `Client` (`client`, over the session of `transport`, signed with what
`credentials` finds), turns whatever comes back into a JSON object or one of our errors (`errors`), and repeats what is
known to be safe (`retry`). Readers turn the object into rows (`rows`, `paging`), writers into a receipt.

`port` says what the rest of the house may rely on; `connection.connect` puts the parts together. `port`, `pacing`, `retry`,
`endpoint` and `credentials` import no SDK, so that commands that need none stay fast.
"""
