"""Scripts/bench follow: what it takes to follow 10,000 cases at a vendor's real server.

Counts the requests of a round in which nothing is new, and of one with one change, which has to arrive.
Some cases stand for real ones at the server, the others are rows of ours alone. As root, on Debian.
"""

import argparse
import pathlib
import random
import sqlite3
import tempfile
import time

import measuring
from measuring import Report, Trouble, say
from vendor_systems import KINDS, House, LosingProxy, archive_of, set_up

# How long before its last change a server is asked for changes that came late.
OVERLAP_SECONDS = 120


def arguments(words):
    parser = argparse.ArgumentParser(prog="Scripts/bench follow", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--cases", type=int, default=10000, help="default: 10000")
    parser.add_argument("--real", type=int, default=300, help="real ones among them (default: 300)")
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--archives", metavar="FOLDER", help="where packed connectors are")
    measuring.add_program_option(parser)
    return parser.parse_args(words)


def run(words):
    options = arguments(words)
    if options.mainstay is None:
        measuring.build_program("mainstay-connector-host")
    program = measuring.program_of(options)
    report = Report()
    for name, kind in KINDS.items():
        if options.only in (None, name):
            follow(report, options, kind, program)
    report.print()
    return 1 if options.check and report.has_missed else 0


def follow(report, options, kind, program):
    archive = archive_of(kind, program, options.archives)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        say(f"{kind.name}: starting ...")
        vendor = kind.start(folder / "vendor")
        try:
            proxy = LosingProxy(vendor.url, 0, random.Random(1))
            house = House(program, folder)
            [(ref, _)] = set_up(house, vendor, proxy, archive, 1)
            say(f"{kind.name}: opening {options.real} cases there ...")
            remote = [vendor.open(f"Case {number}") for number in range(options.real)]
            names = add_cases(folder / "data", ref, remote, options.cases - 1)
            say(f"{kind.name}: reading until all is known ...")
            settle(house, vendor, remote[0])
            proxy.passed = 0
            started = time.monotonic()
            idle = house.json("case", "sync")
            seconds, requests = time.monotonic() - started, proxy.passed
            word = sorted(vendor.states)[0]
            vendor.set_status(remote[-1], word)
            proxy.passed = 0
            house.run("case", "sync")
            shown = house.json("case", "show", names[remote[-1]])
            if shown["remoteStatus"] != word:
                raise Trouble(f"{kind.name}: a change did not arrive: {shown['remoteStatus']}")
            data = f"{kind.name}, {options.cases} cases, {options.real} real"
            report.add("requests of a round without news", data, requests, "<= 1",
                       requests <= 1 and idle["applied"] == 0)
            report.add("such a round, s", data, f"{seconds:.2f}")
            report.add("requests of a round with one change", data, proxy.passed)
        finally:
            vendor.stop()


def settle(house, vendor, last):
    """Reads all, waits until it is old, and reads one more change, as long as there is news."""
    house.run("case", "sync")
    time.sleep(OVERLAP_SECONDS + 5)
    vendor.reply(last, "Still there?")
    for _ in range(20):
        if house.json("case", "sync")["updates"] == 0:
            return
        time.sleep(2)
    # A system may tell its latest entries again each time.
    say("  some entries are told again and again")


def add_cases(data, ref, remote, count):
    """Adds rows like those of one case; returns the names of the real ones by their ids there."""
    database = sqlite3.connect(data / "mainstay.db")
    names = {}
    with database:
        (case, *_), columns = row(database, "vendor_case", "ref", ref)
        places = {name: position for position, name in enumerate(columns)}
        template, _ = row(database, "vendor_case", "ref", ref)
        chain, _ = row(database, "chain", "id", case)
        for number in range(count):
            copy, head = list(template), list(chain)
            copy[places["id"]] = head[0] = case + 1 + number
            copy[places["ref"]] = f"{ref.split('-')[0]}-{100000 + number}"
            there = remote[number] if number < len(remote) else f"{90000000 + number}"
            copy[places["remote_id"]] = str(there)
            # Each has been looked at by itself, and is again in its turn.
            copy[places["next_check_at"]] = int((time.time() + 86400 + number) * 1000)
            if number < len(remote):
                names[there] = copy[places["ref"]]
            marks = ",".join("?" * len(copy))
            database.execute(f"INSERT INTO chain VALUES ({','.join('?' * len(head))})", head)
            database.execute(f"INSERT INTO vendor_case VALUES ({marks})", copy)
    database.close()
    return names


def row(database, table, column, value):
    found = database.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))
    return found.fetchone(), [each[0] for each in found.description]
