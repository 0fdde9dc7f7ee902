"""Stack files: YAML that people write, to `Stack` values, every problem with its place.

The road through it: `bundle` finds the files, `textfile` reads one, `compose` turns its text into nodes with places,
`variables` are put in, `shape` holds the nodes against the `forms` (a `sheet`), `folder` sorts the sheets by stack,
`draft` puts those of one stack together, `names`, `checks` and `documents` say what is wrong with it, and `wishes` merges
the defaults in. `load` is the whole road. `schema` and `starter` write what people begin with.
"""

from ramstack.stackfile.catalogue import system_policies
from ramstack.stackfile.load import load_stacks
from ramstack.stackfile.schema import json_schema
from ramstack.stackfile.starter import ci_recipes, first_stack

__all__ = ["ci_recipes", "first_stack", "json_schema", "load_stacks", "system_policies"]
