"""`Scripts/bench plans`: what plans cost beside git cherry-pick, and what prerequisites are worth.

For each of several lines the fixes that it got first are planned anew, onto the commit before them, and
the same picks are made by `git cherry-pick -n` in a work tree, in turns; a figure is the median of the
ratios of the lines, with its quartiles. Of git only the picks are counted, not what comes before and
after each. Then a sample of the picks that conflict is asked for prerequisites, and git applies every set
found, whole and without each of its members. Everything happens in a copy of each repository.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile

import measuring
from measuring import Report, Trouble, git, say


# Else git makes no commit in which objects are absent.
GIT = ["git", "-c", "remote.origin.promisor=true"]


class Picks:
    """A copy of one repository with a work tree, in which git picks."""

    def __init__(self, path, folder):
        self.bare, self.tree = folder / "copy.git", folder / "tree"
        # A copy of the files, also where objects are absent.
        source = str(measuring.git_folder(path))
        git(folder, "clone", "--quiet", "--mirror", "--no-hardlinks", source, str(self.bare))
        git(self.bare, "commit-graph", "write", "--reachable", "--no-progress")
        git(self.bare, "config", "core.sparseCheckout", "true")
        git(self.bare, "config", "remote.origin.url", str(folder / "nowhere"))
        git(self.bare, "worktree", "add", "--detach", "--no-checkout", str(self.tree))
        self.environment = measuring.clean_environment(
            GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", GIT_AUTHOR_NAME="Bench",
            GIT_AUTHOR_EMAIL="b@example.org", GIT_COMMITTER_NAME="Bench",
            GIT_COMMITTER_EMAIL="b@example.org", MAINSTAY_CACHE=str(folder / "cache"))

    def cpu(self, command, output=subprocess.DEVNULL):
        """Runs a command; returns its exit status and its user and system time, in seconds."""
        process = subprocess.Popen(command, cwd=self.tree, env=self.environment, stdout=output,
                                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, usage.ru_utime + usage.ru_stime

    def start(self, commit):
        """Checks a commit out, save the files whose content the repository lacks."""
        self.cpu([*GIT, "cherry-pick", "--quit"])
        patterns = ["/*", *("!/" + re.sub(r"([*?\[\\!# ])", r"\\\1", path)
                            for path in self.absent(commit))]
        file = git(self.tree, "rev-parse", "--git-path", "info/sparse-checkout").strip()
        file = pathlib.Path(self.tree, file)
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(patterns) + "\n")
        self.quiet("checkout", "--quiet", "--force", "--detach", commit)
        self.quiet("clean", "-ffdxq")

    def absent(self, commit):
        """The paths of a commit whose content the repository lacks, as in a partial clone."""
        listed = git(self.bare, "ls-tree", "-r", "-z", commit).rstrip("\0").split("\0")
        paths = [line.split("\t", 1) for line in listed if " blob " in line]
        told = git(self.bare, "cat-file", "--batch-check",
                   given="".join(head.split()[2] + "\n" for head, _ in paths)).splitlines()
        return [path for (_, path), answer in zip(paths, told) if answer.endswith(" missing")]

    def quiet(self, *arguments):
        status, _ = self.cpu([*GIT, *arguments])
        if status != 0:
            raise Trouble(f"'git {' '.join(arguments[:3])}' fails in the copy of the repository")

    def pick(self, commit, is_merge=False):
        """Picks a commit onto what is there; returns whether it is clean, and the cost."""
        how = ["--mainline", "1"] if is_merge else []
        status, cost = self.cpu([*GIT, "cherry-pick", "-n", *how, commit])
        if status == 0:
            self.quiet("commit", "--quiet", "--no-verify", "--allow-empty", "--message", commit)
        else:
            self.quiet("reset", "--quiet", "--hard")
            self.quiet("clean", "-ffdxq")
        return status == 0, cost

    def changes(self):
        """Whether the last commit changes something."""
        return git(self.tree, "rev-parse", "HEAD^{tree}") != git(self.tree, "rev-parse", "HEAD^^{tree}")


class PlanBench:
    def __init__(self, options, program, path, folder, report):
        self.options, self.program, self.report = options, program, report
        self.data = measuring.shown_name(path)
        say(f"{self.data}: copying ...")
        self.folder = folder
        self.picks = Picks(path, folder)

    def ours(self, *arguments):
        """What the program prints as JSON, and its cost."""
        with tempfile.TemporaryFile(dir=self.folder) as file:
            status, cost = self.picks.cpu(
                [self.program, *arguments, "--json"], output=file)
            file.seek(0)
            if status != 0:
                raise Trouble(f"'mainstay {' '.join(arguments)[:120]}' ends with status {status}")
            return json.load(file)["results"], cost

    def plan(self, fixes, line, prerequisites):
        return self.ours("pick", *fixes, "--onto", line, "--repo", str(self.picks.bare),
                         "--dry-run", "--prerequisites", prerequisites)

    def backports(self):
        """For each of the newest lines with enough of them: the commit before its first backports, and
        what these repeat."""
        rows, _ = self.ours("lines", str(self.picks.bare))
        found, _ = self.ours("backports", str(self.picks.bare))
        upstream = {row["backport"]: row["upstream"] for row in found}
        chosen = []
        for line in rows[1:]:
            own = git(self.picks.bare, "rev-list", "--no-merges", "--reverse", line["ref"], "--not",
                      rows[0]["ref"]).split()
            own = [commit for commit in own if commit in upstream][:self.options.fixes]
            fixes = list(dict.fromkeys(upstream[commit] for commit in own))
            parents = git(self.picks.bare, "rev-list", "--no-walk", "--parents", "--stdin",
                          given="\n".join(fixes) + "\n")
            fixes = [words[0] for words in map(str.split, parents.splitlines()) if len(words) == 2]
            if len(own) == self.options.fixes and len(chosen) < self.options.lines:
                start = git(self.picks.bare, "rev-parse", own[0] + "^").strip()
                chosen.append((line["name"], start, fixes))
        if not chosen:
            raise Trouble(f"{self.data} has no line with {self.options.fixes} backports")
        return chosen

    def run(self):
        lines = self.backports()
        say(f"{self.data}: {self.options.fixes} backports of {len(lines)} lines "
            f"({lines[0][0]} to {lines[-1][0]})")
        ratios, searches, cells, same, conflicts = [], [], 0, 0, []
        for name, start, fixes in lines:
            self.plan(fixes, start, "name")
            steps, cost = self.plan(fixes, start, "ignore")
            peer = 0
            self.picks.start(start)
            for step in steps:
                is_clean, spent = self.picks.pick(step["fix"])
                peer += spent
                cells += 1
                same += is_clean == (step["verdict"] in ("clean", "already-there"))
                if step.get("alone", step["verdict"]) == "conflict":
                    conflicts.append((step["fix"], name, start))
            ratios.append(cost / peer)
            failed = sum(step["verdict"] == "conflict" for step in steps)
            if failed:
                _, whole = self.plan(fixes, start, "name")
                searches.append((whole - cost) / failed / (peer / len(steps)))
            say(f"  {name}: {cost:.2f} s of CPU against {peer:.2f} s, "
                f"{failed} of {len(steps)} conflict")
        self.report.ratio(f"plan of {self.options.fixes} fixes: CPU / git cherry-pick -n", self.data,
                          ratios, 1 / 30)
        self.add("verdicts in the plan as git's", same, cells, .99)
        if searches:
            self.report.ratio("prerequisites of a step that conflicts: CPU / one git cherry-pick -n",
                              self.data, searches)
        self.prerequisites(sample(conflicts, self.options.cells))

    def add(self, measure, part, whole, target=None):
        share = part / whole if whole else 1
        self.report.add(measure, self.data, f"{part} of {whole} ({share:.3f})",
                        None if target is None else f">= {target:g}",
                        None if target is None else share >= target)

    def prerequisites(self, cells):
        """Asks for the prerequisites of single picks, and has git apply them."""
        found = clean = minimal = 0
        for fix, name, start in cells:
            (answer,), _ = self.plan([fix], start, "name")
            needed = answer["prerequisites"]
            if answer["verdict"] != "conflict" or not needed:
                continue
            found += 1
            if self.applies([*needed, fix], start):
                clean += 1
            else:
                say(f"  not clean: {fix} onto {name} after {' '.join(needed)}")
            removable = [one for one in needed
                         if self.applies([*(n for n in needed if n != one), fix], start)]
            minimal += not removable
            if removable:
                say(f"  not minimal: {fix} onto {name} without {' '.join(removable)}")
        self.add("conflicts for which prerequisites are found", found, len(cells))
        self.add("sets of prerequisites that are clean by git", clean, found, .9)
        self.add("sets of prerequisites without a removable member", minimal, found, 1)

    def applies(self, commits, start):
        """Whether git picks all commits in turn, and the last changes something."""
        self.picks.start(start)
        for commit in commits:
            parents = git(self.picks.bare, "rev-parse", commit + "^@").split()
            if not self.picks.pick(commit, is_merge=len(parents) > 1)[0]:
                return False
        return self.picks.changes()


def sample(items, count):
    """At most `count` of `items`, evenly spread."""
    return [items[i * len(items) // count] for i in range(count)] if len(items) > count else items


def run(words):
    parser = argparse.ArgumentParser(prog="Scripts/bench plans", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", metavar="REPO", nargs="+")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--fixes", type=int, default=50, help="fixes a plan (default: 50)")
    parser.add_argument("--lines", type=int, default=8, help="lines (default: 8)")
    parser.add_argument("--cells", type=int, default=40,
                        help="conflicts to find prerequisites of (default: 40)")
    measuring.add_program_option(parser)
    options = parser.parse_args(words)
    program = measuring.program_of(options)
    report = Report()
    for path in options.repositories:
        with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
            PlanBench(options, program, path, pathlib.Path(folder), report).run()
    report.print()
    return 1 if options.check and report.has_missed else 0
