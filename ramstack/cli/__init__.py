"""The command line: argv, environment, streams, exit codes, wiring. A command is about twenty lines.

Whatever is heavy is imported inside the function that needs it: `--help` loads no SDK, no YAML, no rich.
"""
