"""Scripts/bench clocks: what all clocks of many tickets cost, computed from their events alone.

A SQLite file gets tickets with ten events each. One process reads all rows in turns with a plain loop
over SQLite's C interface, and in the same way into the reaction, update and fix clocks of each ticket.
"""

import argparse
import pathlib
import subprocess
import tempfile

import measuring
from measuring import Report, Trouble, say

TARGET = 3


def arguments(words):
    parser = argparse.ArgumentParser(prog="Scripts/bench clocks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--rounds", type=int, default=7, help="default: 7")
    parser.add_argument("--tickets", type=int, default=100_000, help="default: 100000")
    parser.add_argument("--program", metavar="PROGRAM",
                        help="measure this ClockBench instead of building it")
    options = parser.parse_args(words)
    if options.rounds < 1 or options.tickets < 100:
        parser.error("--rounds must be at least 1, --tickets at least 100")
    return options


def run(words):
    options = arguments(words)
    program = options.program or measuring.build_program("ClockBench", ["libsqlite3-dev"])
    report = Report()
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        command = [program, str(pathlib.Path(folder) / "events"), str(options.tickets),
                   str(options.rounds)]
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode != 0:
            raise Trouble(f"ClockBench ends with status {ran.returncode}: {ran.stdout.strip()}")
    *rounds, tally = ran.stdout.splitlines()
    pairs = [tuple(map(int, line.split())) for line in rounds]
    say(f"  {tally}")
    rows = int(tally.split()[0])
    data = f"{rows} events, {options.tickets} tickets"
    report.ratio("clocks: CPU / plain loop over the rows", data,
                 [ours / plain for plain, ours in pairs], TARGET)
    for name, place in (("plain loop", 0), ("clocks", 1)):
        report.add(f"{name}: ns a row", data, f"{min(pair[place] for pair in pairs) / rows:.0f}")
    report.print()
    return 1 if options.check and report.has_missed else 0
