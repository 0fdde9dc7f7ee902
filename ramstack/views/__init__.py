"""Views: values in, strings out. Nothing here reads a file, a clock or the environment; colour and width are parameters.

    value ─► lines of words (`words`, `layout`) ─► text
    plan ─► sheet (`rows`, `senses`) ─► text | markdown (`gfm`, `parts`) | HTML (`picture`, `templates/`)

`words` makes whatever a user wrote harmless and readable, `layout` wraps without ever cutting; each other module shows
one noun: a plan, problems, a report, policies. `progress` alone writes, to the stream that it was given.
"""
