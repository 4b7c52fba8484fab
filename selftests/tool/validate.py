#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""validate.py WHAT: JSON from the input against a part of the schema.

Of events there is one a line, of anything else there is one array.
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
    values = sys.stdin if what == 'event' else [sys.stdin.read()]
    for value in values:
        try:
            jsonschema.validate(json.loads(value), schema)
        except (ValueError, jsonschema.ValidationError) as failure:
            sys.exit(f'{value[:500]}\n{failure}')


if __name__ == '__main__':
    main()
