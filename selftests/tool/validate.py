#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""validate.py FILE...: JSON against the schema.

The name of a file is that of a part of the schema, and what it likes after a
dot. Of events there is one a line, of anything else there is one array a file.
"""
import json
import os
import sys

import jsonschema


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, 'schema.json'), encoding='utf-8') as file:
        schema = json.load(file)
    for name in sys.argv[1:]:
        what = os.path.basename(name).split('.')[0]
        schema['$ref'] = '#/$defs/' + what
        with open(name, encoding='utf-8') as file:
            values = list(file) if what == 'event' else [file.read()]
        for value in values:
            try:
                jsonschema.validate(json.loads(value), schema)
            except (ValueError, jsonschema.ValidationError) as failure:
                sys.exit(f'{name}: {value[:500]}\n{failure}')


if __name__ == '__main__':
    main()
