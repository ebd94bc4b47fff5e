"""What Scripts/score and Scripts/bench share: git, the program under test, tables."""

import os
import pathlib
import re
import statistics
import subprocess
import sys

SCRIPTS = pathlib.Path(__file__).resolve().parent
COMMIT = re.compile(r"\b[0-9a-f]{40}\b")


class Trouble(Exception):
    """Something the reader can mend; the text is one sentence."""


def say(text):
    """Talks on standard error, in lines."""
    print(text, file=sys.stderr, flush=True)


def build_program(product="mainstay", packages=()):
    """Installs packages, builds the release configuration of a program and returns its path."""
    made = subprocess.run(
        ["bash", "-euc",
         '. "$1/lib.sh"; install_missing "${@:3}"; build_release "$2"; echo "$program"',
         "build", str(SCRIPTS), product, *packages],
        stdout=subprocess.PIPE, text=True)
    if made.returncode != 0:
        raise Trouble("The release build failed")
    return made.stdout.strip()


def add_program_option(parser):
    parser.add_argument("--mainstay", metavar="PROGRAM",
                        help="measure this program instead of building the release configuration")


def program_of(options):
    if options.mainstay is None:
        return build_program()
    if not os.access(options.mainstay, os.X_OK):
        raise Trouble(f"No program at '{options.mainstay}'")
    return os.path.abspath(options.mainstay)


def clean_environment(**more):
    """The environment without Git's own variables, in a fixed locale."""
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith("GIT_") or k.startswith(("GIT_CONFIG", "GIT_EXEC"))}
    return kept | {"LC_ALL": "C.UTF-8"} | more


def git(folder, *arguments, given=None, check=True):
    """Runs git in `folder` and returns what it prints, as text."""
    ran = subprocess.run(["git", "-C", str(folder), *arguments], env=clean_environment(),
                         input=given, capture_output=True, encoding="utf-8", errors="replace")
    if check and ran.returncode != 0:
        raise Trouble(f"'git {' '.join(arguments[:3])}' fails in '{folder}': {ran.stderr.strip()}")
    return ran.stdout


def git_folder(path):
    """The folder of `path`'s repository that holds its objects and refs."""
    if not os.path.isdir(path):
        raise Trouble(f"There is no folder '{path}'")
    found = git(path, "rev-parse", "--git-common-dir", check=False).strip()
    if not found:
        raise Trouble(f"'{path}' is not a Git repository")
    return pathlib.Path(path, found).resolve()


def shown_name(path):
    """A short name for tables: the folder's, or its parent's where that says nothing."""
    path = pathlib.Path(path).resolve()
    return path.parent.name if path.name in (".git", "repo") else path.name


def rows_of(tsv):
    """The rows of a table with a header line, as dictionaries."""
    lines = tsv.splitlines()
    head = lines[0].split("\t") if lines else []
    return [dict(zip(head, line.split("\t"))) for line in lines[1:]]


def print_table(head, rows):
    """Prints aligned columns."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


class Report:
    def __init__(self):
        self.rows, self.has_missed = [], False

    def add(self, measure, data, value, target=None, reached=None):
        verdict = "" if reached is None else "ok" if reached else "MISSED"
        self.has_missed |= reached is False
        self.rows.append((measure, data, value, target or "stated", verdict))
        say(f"  {measure}: {value} {verdict}")

    def ratio(self, measure, data, ratios, target=None):
        low, middle, high = quartiles(ratios)
        self.add(measure, data, f"{middle:.3g} ({low:.3g} to {high:.3g})",
                 None if target is None else f"<= {target:g}",
                 None if target is None else middle <= target)

    def print(self):
        print_table(["measure", "data", "ratio (quartiles)", "target", "verdict"],
                              self.rows)


def quartiles(values):
    if len(values) < 2:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def main_with(run):
    """Runs `run` and turns trouble into a message and exit status 1."""
    try:
        sys.exit(run())
    except Trouble as trouble:
        print(f"Error: {trouble}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
