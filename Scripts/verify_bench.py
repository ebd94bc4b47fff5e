"""Scripts/bench verify: what a proof of all claims costs, beside `git rev-list --all` on the mirror.

The mirror of an installation is a copy of the repository with its newest lines. It gets defects that messages tie to
commits, and advisories on all of them. Then `verify` is run with its cache and without, and the commands that show
defects and releases, each in turns with git on the same mirror, which has no commit-graph.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import measuring
from measuring import Report, Trouble, git, say

PREFIX = "BENCH"
TARGET = 2
# What the usual patterns find in messages.
NAMED = re.compile(r"\[BZ #(\d+)\]|(CVE-\d+-\d+)|(?:Closes|Fixes|Resolves):? #(\d+)", re.I)
LINE = re.compile(r"refs/heads/(release|releases|stable|maint)[/-]v?\d+(\.\d+)*(/master|/main)?")


def fill(mirror, source, count):
    """Copies objects and refs into a mirror; of the lines, by their branch names, the newest stay.

    What the source lacks, as a partial clone does, is not told, so that nothing needs to be fetched.
    """
    for name in ("HEAD", "packed-refs"):
        if (source / name).is_file():
            shutil.copy2(source / name, mirror)
    for name in ("refs", "objects"):
        shutil.copytree(source / name, mirror / name, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("*.promisor", "commit-graph*", "alternates"))
    refs = git(mirror, "for-each-ref", "--format=%(refname)", "--sort=-v:refname",
               "refs/heads").split()
    lines = [ref for ref in refs if LINE.fullmatch(ref)]
    if not lines:
        raise Trouble(f"No line is found among the branches of '{source}'")
    for ref in lines[count - 1:]:
        git(mirror, "update-ref", "-d", ref)
    git(mirror, "pack-refs", "--all")
    return [git(mirror, "symbolic-ref", "HEAD").strip(), *lines[:count - 1]]


class Installation:
    """An installation with a product, defects and advisories on them."""

    def __init__(self, program, folder, source, options):
        self.program, self.data, self.options = program, folder / "data", options
        empty = folder / "empty.git"
        subprocess.run(["git", "init", "--quiet", "--bare", str(empty)], check=True)
        self.run("init")
        self.run("product", "new", PREFIX, "--name", "Bench")
        self.run("product", "repository", PREFIX, str(empty), "--public", "https://example.org/r.git")
        self.run("product", "scan", PREFIX, check=False)
        mirrors = list((self.data / "mirrors").glob("*.git"))
        if len(mirrors) != 1:
            raise Trouble("'mainstay product scan' made no mirror")
        self.mirror = mirrors[0]
        self.refs = fill(self.mirror, measuring.git_folder(source), options.lines)
        self.run("product", "scan", PREFIX, "--no-fetch")
        self.lines = self.run("line", "list", PREFIX)
        self.enter(options.defects)
        self.publish()
        self.plan()

    def command(self, *words):
        return [self.program, *words, "--data", str(self.data)]

    def run(self, *words, check=True):
        ran = subprocess.run(self.command(*words, "--json"), capture_output=True, text=True,
                             env=measuring.clean_environment())
        if check and ran.returncode != 0:
            raise Trouble(f"'mainstay {' '.join(words)[:200]}' ends with status "
                          f"{ran.returncode}: {ran.stderr.strip()[-400:]}")
        return json.loads(ran.stdout)["results"] if ran.stdout else None

    def enter(self, count):
        """Enters defects by names that messages of the repository tie to commits, and scans."""
        text = git(self.mirror, "log", "--format=%B", *self.refs[:2])
        names = list(dict.fromkeys(
            f"BZ #{bz}" if bz else cve.upper() if cve else f"#{other}"
            for bz, cve, other in NAMED.findall(text)))
        if len(names) < count:
            raise Trouble(f"Messages name {len(names)} defects, expected {count} or more")
        self.defects = []
        for number in range(count):
            if number % 100 == 0:
                say(f"  defect {number} of {count} ...")
            name = names[number * len(names) // count]
            made = self.run("defect", "new", "--product", PREFIX, "--title", f"About {name}",
                            "--alias", name)
            self.defects.append(made[0]["ref"])
        self.run("product", "scan", PREFIX, "--no-fetch")

    def publish(self):
        """Publishes an advisory for every hundred defects."""
        self.run("advisory", "publisher", "--name", "Bench", "--namespace", "https://example.org",
                 "--url", "https://example.org/security")
        for first in range(0, len(self.defects), 100):
            words = [word for ref in self.defects[first:first + 100] for word in ("--defect", ref)]
            ref = self.run("advisory", "new", PREFIX, *words)[0]["ref"]
            say(f"  {ref} ...")
            # Several defects may bear one CVE id.
            self.run("advisory", "publish", ref, "--allow-unknown")

    def plan(self):
        """Plans the next release of the newest line."""
        line = self.lines[1]["line"]
        self.release = self.run("release", "plan", PREFIX, line)[0]["release"]


def measure(options, program, path, report, cost, pairs):
    name = measuring.shown_name(path)
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        say(f"{name}: copying, entering {options.defects} defects ...")
        place = Installation(program, pathlib.Path(folder), path, options)
        data = f"{name}, {options.defects} defects, {len(place.lines)} lines"
        environment = measuring.clean_environment(GIT_CONFIG_GLOBAL="/dev/null",
                                                  GIT_CONFIG_NOSYSTEM="1")
        claims = place.run("verify", PREFIX)
        if claims:
            raise Trouble(f"'verify' finds {len(claims)} claims that do not hold: {claims[0]}")

        def walk():
            command = ["git", "-C", str(place.mirror), "rev-list", "--all"]
            return cost(command, "/", environment).or_fail(command)

        def tell(what, count, target, words, before=lambda: None):
            def ours():
                before()
                command = place.command(*words)
                return cost(command, "/", environment).or_fail(command)

            costs = pairs(count, ours, walk)
            for kind in ("wall", "cpu"):
                report.ratio(f"{what}: {kind} / rev-list --all", data,
                             [getattr(a, kind) / getattr(b, kind) for a, b in costs], target)
            report.add(f"{what}: peak memory", data, f"{max(a.peak for a, _ in costs) >> 20} MiB")

        tell("verify", options.pairs, TARGET, ["verify", PREFIX])
        tell("defect show", options.pairs, None, ["defect", "show", place.defects[0]])
        tell("defect list", options.pairs, None, ["defect", "list", PREFIX, "--all"])
        tell("release show", options.pairs, None, ["release", "show", PREFIX, place.release])
        tell("verify without a cache", 1, None, ["verify", PREFIX],
             lambda: shutil.rmtree(place.data / "cache"))


def run(words, cost, pairs):
    parser = argparse.ArgumentParser(prog="Scripts/bench verify", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", metavar="REPO", nargs="+")
    parser.add_argument("--defects", type=int, default=1000, metavar="N",
                        help="how many defects (default: 1000)")
    parser.add_argument("--lines", type=int, default=20, metavar="N",
                        help="how many lines, the mainline among them (default: 20)")
    parser.add_argument("--pairs", type=int, default=11, help="pairs a measure (default: 11)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    measuring.add_program_option(parser)
    options = parser.parse_args(words)
    program = measuring.program_of(options)
    report = Report()
    for path in options.repositories:
        measure(options, program, path, report, cost, pairs)
    report.print()
    return 1 if options.check and report.has_missed else 0
