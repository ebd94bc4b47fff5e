"""Holds published folders of advisories against the official validators.

Usage: validate_advisories.py FOLDER REPORT

FOLDER holds folders as they are published, each with osv/, csaf/ and feed.atom. REPORT gets one line for each
fault, then one with the counts. Packages: validators.txt beside this file.
"""

import datetime
import importlib.util
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

import jsonschema
import referencing
import referencing.jsonschema

# The prefix for records of databases that the schema does not list came with version 1.7.4 of the format; the
# schema inside the package is that of 1.7.3.
LOCAL_PREFIX = "x_"


def package_file(package, path):
    # Found, not imported: what the package does needs more than its schema.
    home = pathlib.Path(importlib.util.find_spec(package).origin).parent
    return json.loads((home / path).read_text())


def osv_validators():
    """The schema as it is, and one that knows the local prefix."""
    schema = package_file("osv", "osv-schema/validation/schema.json")
    extended = json.loads(json.dumps(schema))
    prefix = extended["$defs"]["prefix"]
    if LOCAL_PREFIX not in prefix["pattern"]:
        prefix["pattern"] = f"^({LOCAL_PREFIX}|{prefix['pattern'].removeprefix('^')})"
    return [jsonschema.Draft202012Validator(each) for each in (schema, extended)]


def csaf_validator():
    folder = "csaf/v20/schema"
    schema = package_file("csaf", f"{folder}/csaf.json")
    registry = referencing.Registry()
    for name in ("cvss-v2.0", "cvss-v3.0", "cvss-v3.1"):
        cvss = package_file("csaf", f"{folder}/referenced/{name}.json")
        resource = referencing.Resource.from_contents(
            cvss, default_specification=referencing.jsonschema.DRAFT7
        )
        registry = registry.with_resource(f"https://www.first.org/cvss/{name}.json", resource)
    return jsonschema.Draft202012Validator(schema, registry=registry)


def schema_faults(paths, choose):
    for path in paths:
        document = json.loads(path.read_text())
        for error in choose(document).iter_errors(document):
            yield f"{path}: {error.json_path}: {error.message}"


def csaf_command(*words):
    """Runs the program of the package."""
    words = [sys.executable, "-m", "csaf", *map(str, words)]
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def csaf_faults(paths):
    """All tests of section 6.1 and 6.2 of the specification."""
    words = ["validate", "--spec-version", "v20", "--no-network", "--preset", "extended", "--quiet"]
    scored, unscored = [], []
    for path in paths:
        vulnerabilities = json.loads(path.read_text()).get("vulnerabilities", [])
        (scored if all("scores" in each for each in vulnerabilities) else unscored).append(path)
    # Recommended test 6.2.3 wants a score of CVSS 2 or 3, and nobody has rated those.
    for group, skipped in ((scored, []), (unscored, ["--skip-rules", "6.2.3"])):
        for start in range(0, len(group), 500):
            done = csaf_command(*words, *skipped, *group[start : start + 500])
            if done.returncode:
                yield f"validate: exit {done.returncode}: {done.stdout[-4000:]}"


def tree_faults(folders):
    """What stands in the list of files, and in that of changes: the file first, then its date."""
    for folder in folders:
        dates = {}
        for path in folder.glob("*/*.json"):
            tracking = json.loads(path.read_text())["document"]["tracking"]
            dates[str(path.relative_to(folder))] = tracking["current_release_date"]
        if sorted(dates) != (folder / "index.txt").read_text().splitlines():
            yield f"{folder}: index.txt"
        rows = [f'"{path}","{date}"' for path, date in dates.items()]
        found = (folder / "changes.csv").read_text().splitlines()
        moments = [moment(row.split('"')[3]) for row in found]
        if sorted(rows) != sorted(found) or moments != sorted(moments, reverse=True):
            yield f"{folder}: changes.csv"


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def feed_faults(paths):
    atom = "{http://www.w3.org/2005/Atom}"
    for path in paths:
        root = xml.etree.ElementTree.parse(path).getroot()
        for element in [root, *root.findall(atom + "entry")]:
            for name in ("id", "title", "updated"):
                if len(element.findall(atom + name)) != 1:
                    yield f"{path}: no single {name} in {element.tag}"
        ids = [entry.findtext(atom + "id") for entry in root.findall(atom + "entry")]
        if len(set(ids)) < len(ids):
            yield f"{path}: an id twice"


def main(folder, report):
    root = pathlib.Path(folder)
    osv = sorted(root.glob("*/osv/*.json"))
    csaf = sorted(root.glob("*/csaf/*/*.json"))
    feeds = sorted(root.glob("*/feed.atom"))
    plain, extended = osv_validators()
    second = csaf_validator()
    faults = [
        *schema_faults(osv, lambda it: extended if it["id"].startswith(LOCAL_PREFIX) else plain),
        *schema_faults(csaf, lambda _: second),
        *csaf_faults(csaf),
        *tree_faults([feed.parent / "csaf" for feed in feeds]),
        *feed_faults(feeds),
    ]
    lines = faults + [f"osv {len(osv)}, csaf {len(csaf)}, feeds {len(feeds)}, faults {len(faults)}"]
    pathlib.Path(report).write_text("\n".join(lines) + "\n")


main(*sys.argv[1:])
