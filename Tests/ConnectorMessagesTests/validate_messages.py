"""Holds messages against the schema of connectors.

Usage: validate_messages.py SCHEMA MESSAGES REPORT

MESSAGES is a list of [name, message]; REPORT gets one line for each name of the schema's that no message has,
and one for each message that is not as its name's schema says.
"""

import json
import pathlib
import sys

import jsonschema

schema, messages, report = (pathlib.Path(word) for word in sys.argv[1:])
schema, messages = json.loads(schema.read_text()), json.loads(messages.read_text())
jsonschema.Draft202012Validator.check_schema(schema)
lines = []
for name in sorted(set(schema["$defs"]) - {name for name, _ in messages}):
    lines.append(f"{name}: no message")
for name, message in messages:
    place = name.replace("~", "~0").replace("/", "~1")
    validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{place}"})
    lines += [f"{name}: {error.json_path}: {error.message}" for error in validator.iter_errors(message)]
report.write_text("".join(line + "\n" for line in lines))
