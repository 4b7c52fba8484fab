#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""validate.py WHAT FILE...: JSON against a part of the schema.

Of events there is one a line, of anything else there is one array a file.
"""
import json
import os
import sys

import jsonschema


def main():
    what = sys.argv[1]
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, 'schema.json'), encoding='utf-8') as file:
        schema = dict(json.load(file), **{'$ref': '#/$defs/' + what})
    for name in sys.argv[2:]:
        with open(name, encoding='utf-8') as file:
            values = list(file) if what == 'event' else [file.read()]
        for value in values:
            try:
                jsonschema.validate(json.loads(value), schema)
            except (ValueError, jsonschema.ValidationError) as failure:
                sys.exit(f'{name}: {value[:500]}\n{failure}')


if __name__ == '__main__':
    main()
