"""`Scripts/bench store`: what the store costs beside C and pgbench on the same statements.

Both sides run in turns; a figure is the median of the rounds, with the least and the greatest. A
program of the release configuration (Tests/StoreBench) runs beside a floor in C (floor.c there,
compiled by cc -O2 against SQLite and OpenSSL's SHA-256) on a copy of the same file, and beside pgbench
on the same PostgreSQL server, which is started for this and stopped afterwards.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import measuring
from measuring import SCRIPTS, Report, Trouble, say

PACKAGES = ["gcc", "libssl-dev", "postgresql", "strace"]
FIRST_TICKET = 1_000_000
FLOOR = SCRIPTS.parent / "Tests/StoreBench/floor.c"
NOTE = ("The importer stops after the second page when the answer of the server has no length; "
        "seen on 5.4 and 5.5, not on 6.0")
HASH = "0123456789abcdef" * 4
HEAD = "SELECT id, kind, seq, head_sha, head_at FROM chain WHERE id = :id"
APPEND = f"""\
\\set id {FIRST_TICKET} + :client_id * 1000 + random(0, 999)
BEGIN ISOLATION LEVEL REPEATABLE READ;
{HEAD} FOR UPDATE \\gset
SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT) AS now \\gset
\\set next :seq + 1
INSERT INTO event (chain_id, seq, kind, audience, actor_id, occurred_at, recorded_at, facts_json,
  text, salt, text_sha, prev_sha, sha) VALUES (:id, :next, 'noted', 'staff', 1000, :now, :now, '{{}}',
  '{NOTE}', '{HASH[:32]}', '{HASH}', :head_sha, '{HASH}');
UPDATE chain SET seq = :next, head_sha = '{HASH}', head_at = :now WHERE id = :id AND seq = :seq;
COMMIT;
"""
ONE_READ = f"\\set id {FIRST_TICKET} + random(0, 999)\n{HEAD};\n"
READS_OF_A_BODY = 1000
BODY = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n" + ONE_READ * READS_OF_A_BODY
        + "COMMIT;\n")


def ran(command, **more):
    """What a command prints; trouble when it fails."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **more)
    if done.returncode != 0:
        raise Trouble(f"'{' '.join(map(str, command))[:120]}' ends with status {done.returncode}: "
                      f"{done.stderr.strip()[-400:]}")
    return done.stdout


class Store:
    """The programs, the rows and the measures on one engine."""

    def __init__(self, options, program, report):
        self.options, self.program, self.report = options, program, report

    def ours(self, measure, count, *more):
        """CPU and wall of one operation, in nanoseconds."""
        return tuple(map(int, ran([self.program, measure, self.place, count, *more]).split()))

    def against(self, measure, target, ours, floor, unit="ns CPU"):
        """Measures both in turns after one warm-up; each returns what one operation costs."""
        ours(), floor()
        pairs = [(ours(), floor()) for _ in range(self.options.rounds)]
        mine, theirs = (statistics.median(side) for side in zip(*pairs))
        self.report.ratio(f"{measure} ({mine:.0f} / {theirs:.0f} {unit})", self.data,
                          [a / b for a, b in pairs], target)


class OnSQLite(Store):
    data = "SQLite"

    def __init__(self, options, program, report, folder):
        super().__init__(options, program, report)
        self.place, self.copy = folder / "ours.db", folder / "floor.db"
        self.floor_program = folder / "floor"
        ran(["cc", "-O2", "-w", FLOOR, "-o", self.floor_program, "-lsqlite3", "-lcrypto"])
        say(f"SQLite: making {options.tickets} tickets ...")
        ran([program, "make", self.place, options.tickets])
        shutil.copy(self.place, self.copy)
        self.folder = folder

    def floor(self, measure, count, *more):
        words = [self.floor_program, measure, self.copy, count, *more]
        return tuple(map(int, ran(words).split()))

    def run(self):
        self.reads()
        self.writes()
        self.durable()
        self.beside()

    def cpu(self, name, target, ours, floor):
        self.against(name, target, lambda: self.ours(*ours)[0], lambda: self.floor(*floor)[0])

    def reads(self):
        statements = {}
        for name, count in (("page", 1), ("search", 200)):
            statements[name] = self.folder / name
            statements[name].write_text(ran([self.program, "statements", self.place, count]))
        page = ("ask", 2000, statements["page"])
        search = ("ask", 1000, statements["search"])
        self.cpu("point read in one body", 1.2, ("point", 200_000), ("point", 200_000))
        self.cpu("page of 50 rows", 2, ("page", 2000), page)
        self.cpu("search in all tickets", 2, ("search", 1000), search)
        self.cpu("list page of 50 tickets with all clocks, as the desk gives it", 5, ("list", 2000), page)
        self.cpu("a whole ticket as the desk shows it / its page", None, ("show", 2000), page)

    def writes(self):
        for name, target, measure, count in (
                ("append with hash", 1.3, "append", 20_000),
                ("bulk load of events", 1.1, "load", 50_000),
                ("claim and complete by 50", 1.3, "claims", 20_000)):
            self.cpu(name, target, (measure, count), (measure, count))

    def durable(self):
        self.against("durable append, 64 writers / one alone", .1,
                     lambda: self.ours("writes", 8000, 64)[1],
                     lambda: self.floor("writes", 500)[1], "ns wall")
        self.against("durable append, 64 writers / C by 64", None,
                     lambda: self.ours("writes", 8000, 64)[1],
                     lambda: self.floor("writes", 8000, 64)[1], "ns wall")
        if not shutil.which("strace"):
            return self.report.add("fsyncs a write", self.data, "needs strace")
        for writers, target in ((1, 1.15), (8, .3), (64, .06)):
            count = 500 * writers if writers < 64 else 8000
            told = self.folder / "strace"
            ran(["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", told,
                 self.program, "writes", self.place, count, writers])
            syncs = len(re.findall(r"(fsync|fdatasync)\(", told.read_text())) / count
            self.report.add(f"fsyncs a write, {writers} writers (strace)", self.data,
                            f"{syncs:.3f}", f"<= {target}", syncs <= target)

    def beside(self):
        self.against("time of reads beside 8 writers / alone", 1.25,
                     lambda: self.ours("beside", 20_000, 8)[1],
                     lambda: self.ours("beside", 20_000, 0)[1], "ns wall")


class OnPostgres(Store):
    data = "PostgreSQL"

    def __init__(self, options, program, report, folder, url):
        super().__init__(options, program, report)
        self.place, self.folder = url, folder
        self.tools = pathlib.Path(ran(["pg_config", "--bindir"]).strip())
        say(f"PostgreSQL: making {options.tickets} tickets ...")
        ran([program, "make", url, options.tickets])
        for name, script in (("append", APPEND), ("read", ONE_READ), ("body", BODY)):
            (folder / name).write_text(script)

    def pgbench(self, script, clients, each=1):
        """Wall of one operation in nanoseconds, with `each` of them in a transaction."""
        said = ran([self.tools / "pgbench", "--no-vacuum", "-M", "prepared", "-T",
                    self.options.seconds, "-c", clients, "-j", min(clients, os.cpu_count() or 1),
                    "-f", self.folder / script, self.place])
        return 1e9 / float(re.search(r"tps = ([0-9.]+)", said)[1]) / each

    def run(self):
        unit = "ns wall"
        self.against("reads in one body", 1, lambda: self.ours("point", 20_000)[1],
                     lambda: self.pgbench("body", 1, READS_OF_A_BODY), unit)
        for clients in (1, 8):
            self.against(f"one read a call, {clients} callers", 2.5,
                         lambda: self.ours("reads", 20_000, clients)[1],
                         lambda: self.pgbench("read", clients), unit)
        for clients in (1, 8, 32):
            self.against(f"append, {clients} clients", 1.1,
                         lambda: self.ours("writes", 200 * clients + 800, clients)[1],
                         lambda: self.pgbench("append", clients), unit)
        rows = self.folder / "rows"
        # What psql copies in text format.
        with rows.open("w") as file:
            for number in range(50_000):
                row = [FIRST_TICKET + number % self.options.tickets,
                       number // self.options.tickets + 1_000_000, "noted", "staff", 1000,
                       1760000000000, 1760000000000, "{}", NOTE, HASH[:32], HASH, HASH, HASH]
                print(*row, sep="\t", file=file)
        self.against("bulk load of events", 1.1, lambda: self.ours("load", 50_000)[1],
                     lambda: self.copy(rows, 50_000), unit)

    def copy(self, rows, count):
        said = ran([self.tools / "psql", "-X", "-d", self.place, "-c", "BEGIN", "-c", "\\timing on",
                    "-c", f"\\copy event from '{rows}'", "-c", "ROLLBACK"])
        return float(re.search(r"Time: ([0-9.]+) ms", said)[1]) * 1e6 / count


class Server:
    """A PostgreSQL server of our own; `url` is empty where there is none."""

    def __init__(self, folder):
        script = ('. "$1/lib.sh"; trap \'stop_postgres "$2"\' EXIT; start_postgres "$2"; '
                  'echo "${MAINSTAY_TEST_POSTGRES:-}"; read -r _ || true')
        self.process = subprocess.Popen(["bash", "-euc", script, "server", SCRIPTS, folder],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def arguments(words):
    parser = argparse.ArgumentParser(prog="Scripts/bench store", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--rounds", type=int, default=5, help="rounds a measure (default: 5)")
    parser.add_argument("--tickets", type=int, default=100_000, help="default: 100000")
    parser.add_argument("--seconds", type=int, default=2, help="a run of pgbench (default: 2)")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--program", metavar="PROGRAM",
                        help="measure this StoreBench instead of building it")
    options = parser.parse_args(words)
    if options.rounds < 1 or options.tickets < 100:
        parser.error("--rounds must be at least 1, --tickets at least 100")
    return options


def run(words):
    options = arguments(words)
    program = options.program or measuring.build_program("StoreBench", PACKAGES)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)  # The server may run as another user.
        say(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        if options.engine != "postgres":
            OnSQLite(options, program, report, folder).run()
        if options.engine != "sqlite":
            server = Server(folder)
            try:
                if server.url:
                    OnPostgres(options, program, report, folder, server.url).run()
            finally:
                server.stop()
    report.print()
    return 1 if options.check and report.has_missed else 0
