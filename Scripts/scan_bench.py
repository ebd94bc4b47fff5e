"""Scripts/bench scan: what a scan costs after a push, beside `git rev-list --all` on the mirror.

The mirror of an installation is a copy of a repository, once as it is and once without the newest
commits of its lines. A push gives these back; the fetch itself is left out. Runs are paired, and
each begins with database, cache and mirror as they were before the push.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import tempfile

import measuring
from measuring import Report, Trouble, git, say

PREFIX = "BENCH"
TARGET = .5
# What the usual patterns find in messages.
NAMED = re.compile(r"\[BZ #(\d+)\]|(CVE-\d+-\d+)|(?:Closes|Fixes|Resolves):? #(\d+)", re.I)


class Mirror:
    """The mirror of an installation, before and after a push."""

    def __init__(self, folder, source, pushed):
        self.folder = folder
        for path in list(folder.glob("*")):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.fill(measuring.git_folder(source))
        self.lines = self.find_lines()
        self.before, self.after, self.count = self.plan(pushed)
        self.put(self.before)

    def fill(self, source):
        """Copies objects and refs; what they lack, as in a partial clone, is not told."""
        for name in ("HEAD", "packed-refs"):
            if (source / name).is_file():
                shutil.copy2(source / name, self.folder)
        shutil.copytree(source / "refs", self.folder / "refs")
        shutil.copytree(source / "objects", self.folder / "objects", ignore=shutil.ignore_patterns(
            "*.promisor", "commit-graph*", "alternates"))
        (self.folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        git(self.folder, "pack-refs", "--all")

    def find_lines(self):
        """The mainline's ref, and those of the lines, newest first, by their branch names."""
        main = git(self.folder, "symbolic-ref", "HEAD").strip()
        refs = git(self.folder, "for-each-ref", "--format=%(refname)", "--sort=-v:refname",
                   "refs/heads").split()
        lines = [ref for ref in refs if re.fullmatch(
            r"refs/heads/(release|releases|stable|maint)[/-]v?\d+(\.\d+)*(/master|/main)?", ref)]
        if not lines:
            raise Trouble(f"No line is found among the branches of '{self.folder}'")
        return [main, *lines]

    def plan(self, pushed):
        """The refs before and after a push of about `pushed` commits, as packed-refs files."""
        shares = {self.lines[0]: pushed * 6 // 10}
        for line in self.lines[1:11]:
            shares[line] = pushed * 4 // 10 // min(10, len(self.lines) - 1)
        tips = {ref: git(self.folder, "rev-parse", ref).strip() for ref in shares}
        olds = {ref: git(self.folder, "rev-parse", f"{ref}~{count}").strip()
                for ref, count in shares.items() if count}
        new = git(self.folder, "rev-list", *(tips[ref] for ref in olds), "--not",
                  *olds.values()).split()
        holding = {ref for commit in new_roots(self.folder, new)
                   for ref in git(self.folder, "for-each-ref", "--contains", commit,
                                  "--format=%(refname)").split()}
        for ref in holding - set(olds):
            git(self.folder, "update-ref", "-d", ref)
        git(self.folder, "pack-refs", "--all")
        after = (self.folder / "packed-refs").read_bytes()
        for ref, old in olds.items():
            git(self.folder, "update-ref", ref, old)
        git(self.folder, "pack-refs", "--all")
        return (self.folder / "packed-refs").read_bytes(), after, len(new)

    def put(self, refs):
        """Puts other refs in place, as a fetch leaves them."""
        shutil.rmtree(self.folder / "refs")
        (self.folder / "refs" / "heads").mkdir(parents=True)
        (self.folder / "packed-refs.new").write_bytes(refs)
        (self.folder / "packed-refs.new").rename(self.folder / "packed-refs")


def new_roots(folder, commits):
    """Those of `commits` none of whose parents is one of them."""
    told = git(folder, "rev-list", "--no-walk", "--parents", "--stdin", given="\n".join(commits))
    known = set(commits)
    return [words[0] for words in map(str.split, told.splitlines())
            if known.isdisjoint(words[1:])]


class Installation:
    """An installation with a product, its mirror and defects."""

    def __init__(self, program, folder, source, pushed):
        self.program, self.folder, self.data = program, folder, folder / "data"
        empty = folder / "empty.git"
        subprocess.run(["git", "init", "--quiet", "--bare", str(empty)], check=True)
        self.run("init")
        self.run("product", "new", PREFIX, "--name", "Bench")
        self.run("product", "repository", PREFIX, str(empty))
        self.run("product", "scan", PREFIX, check=False)
        mirrors = list((self.data / "mirrors").glob("*.git"))
        if len(mirrors) != 1:
            raise Trouble("'mainstay product scan' made no mirror")
        self.mirror = Mirror(mirrors[0], source, pushed)

    def command(self, *words):
        return [self.program, *words, "--data", str(self.data)]

    def run(self, *words, check=True):
        ran = subprocess.run(self.command(*words), capture_output=True, text=True,
                             env=measuring.clean_environment())
        if check and ran.returncode != 0:
            raise Trouble(f"'mainstay {' '.join(words)[:200]}' ends with status "
                          f"{ran.returncode}: {ran.stderr.strip()[-400:]}")
        return ran.stdout

    def enter(self, count):
        """Enters defects by names that messages of the repository tie to commits, and scans."""
        text = git(self.mirror.folder, "log", "--format=%B", *self.mirror.lines[:2])
        names = list(dict.fromkeys(
            f"BZ #{bz}" if bz else cve.upper() if cve else f"#{other}"
            for bz, cve, other in NAMED.findall(text)))
        if len(names) < count:
            raise Trouble(f"Messages name {len(names)} defects, expected {count} or more")
        chosen = [names[place * len(names) // count] for place in range(count)]
        for number, name in enumerate(chosen):
            if number % 100 == 0:
                say(f"  defect {number} of {count} ...")
            self.run("defect", "new", "--product", PREFIX, "--title", f"About {name}", "--alias",
                     name)
        self.run("product", "scan", PREFIX, "--no-fetch")

    def keep(self):
        """Remembers database and cache as they are."""
        for name in ("cache", "mainstay.db"):
            copy(self.data / name, self.folder / "kept" / name)

    def restore(self):
        """Goes back to what was kept, and to the mirror before the push."""
        for path in self.data.glob("mainstay.db-*"):
            path.unlink()
        for name in ("cache", "mainstay.db"):
            copy(self.folder / "kept" / name, self.data / name)
        self.mirror.put(self.mirror.before)


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)


def measure(options, program, path, count, report, cost, pairs):
    data = f"{measuring.shown_name(path)}, {count} defects"
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        say(f"{data}: copying ...")
        place = Installation(program, pathlib.Path(folder), path, options.pushed)
        place.enter(count)
        lines = len(place.run("line", "list", PREFIX).splitlines()) - 1
        place.keep()
        environment = measuring.clean_environment(GIT_CONFIG_GLOBAL="/dev/null",
                                                  GIT_CONFIG_NOSYSTEM="1")

        def ours():
            place.restore()
            place.mirror.put(place.mirror.after)
            command = place.command("product", "scan", PREFIX, "--no-fetch")
            return cost(command, "/", environment).or_fail(command)

        def walk():
            command = ["git", "-C", str(place.mirror.folder), "rev-list", "--all"]
            return cost(command, "/", environment).or_fail(command)

        costs = pairs(options.pairs, ours, walk)
        data += f", {lines} lines"
        what = f"scan after a push of {place.mirror.count} commits"
        for kind, target in (("wall", TARGET), ("cpu", TARGET)):
            report.ratio(f"{what}: {kind} / rev-list --all", data,
                         [getattr(a, kind) / getattr(b, kind) for a, b in costs], target)
        report.add(f"{what}: peak memory", data, f"{max(a.peak for a, _ in costs) >> 20} MiB")


def run(words, cost, pairs):
    parser = argparse.ArgumentParser(prog="Scripts/bench scan", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", metavar="REPO", nargs="+")
    parser.add_argument("--defects", type=int, action="append", metavar="N",
                        help="how many defects (can be repeated; default: 21 and 1000)")
    parser.add_argument("--pushed", type=int, default=100, metavar="N",
                        help="how many commits are pushed (default: 100)")
    parser.add_argument("--pairs", type=int, default=11, help="pairs a measure (default: 11)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    measuring.add_program_option(parser)
    options = parser.parse_args(words)
    program = measuring.program_of(options)
    report = Report()
    for path in options.repositories:
        for count in options.defects or [21, 1000]:
            measure(options, program, path, count, report, cost, pairs)
    report.print()
    return 1 if options.check and report.has_missed else 0
