"""Scripts/bench connectors: what a connector costs, beside the least that a process can cost.

Loaded by the host of the release configuration: the example in C, a connector in Swift as it is
packed, and the same with the dynamic runtime. In turns: spawning /bin/true to its end and starting the
connector to its first answer; an echo of a call's bytes by cat and a call.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import measuring
from measuring import Report, Trouble

ROOT = measuring.SCRIPTS.parent
CALL_TARGET, PSS_TARGET = 5, 3
EXAMPLE = {"id": "org.example.plain-c", "version": "1.0.0", "displayName": "Example in C",
           "services": ["mainstay.http/1"]}


def arguments(words):
    parser = argparse.ArgumentParser(prog="Scripts/bench connectors", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--rounds", type=int, default=31, help="default: 31")
    parser.add_argument("--program", metavar="PROGRAM",
                        help="measure with this ConnectorBench instead of building it")
    parser.add_argument("--host", metavar="PROGRAM",
                        help="measure this mainstay-connector-host instead of building it")
    options = parser.parse_args(words)
    if options.rounds < 2:
        parser.error("--rounds must be at least 2")
    return options


def in_c(folder):
    """The example, built."""
    library = str(folder / "libexample.so")
    subprocess.run(
        ["clang", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-o", library,
         "-I", str(ROOT / "Sources/Connectors/CMainstayConnector/include"),
         str(ROOT / "Plugins/Example/example.c")], check=True)
    return [library, json.dumps(EXAMPLE), "{}"]


def packed(folder):
    """The connector in Swift that is packed as partners do."""
    program = measuring.build_program()
    archive = said([program, "connector", "pack", str(ROOT / "Plugins/Redmine"), "--into", str(folder)])
    subprocess.run(["tar", "--extract", "--file", archive, "--directory", str(folder)], check=True)
    manifest = json.loads((folder / "connector.json").read_text())
    descriptor = {key: manifest[key] for key in ("id", "version", "displayName", "services")}
    return [str(folder / manifest["library"]), json.dumps(descriptor), '{"project":"x"}']


def dynamic(static):
    """The same connector with Swift's runtime beside it."""
    words = ["swift", "build", "--package-path", str(ROOT), "-c", "release", "--product", "redmine"]
    said(words)
    target = json.loads(said(["swiftc", "-print-target-info"]))
    library = pathlib.Path(said([*words, "--show-bin-path"])) / "libredmine.so"
    return [str(library), *static[1:]], target["paths"]["runtimeLibraryPaths"][0]


def said(words):
    ran = subprocess.run(words, capture_output=True, text=True)
    if ran.returncode != 0:
        raise Trouble(f"'{' '.join(words)}' fails: {ran.stderr.strip() or ran.stdout.strip()}")
    return ran.stdout.strip().splitlines()[-1] if words[1] == "build" else ran.stdout.strip()


def run(words):
    options = arguments(words)
    host = options.host or measuring.build_program("mainstay-connector-host")
    program = options.program or measuring.build_program("ConnectorBench")
    host = str(pathlib.Path(host).resolve())
    report = Report()
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        folder = pathlib.Path(folder).resolve()
        measure(report, "C", 4, [program, host, *in_c(folder)], options)
        static = packed(folder)
        measure(report, "Swift, static", 8, [program, host, *static], options)
        library, runtime = dynamic(static)
        measure(report, "Swift, dynamic", 20, [program, host, *library], options, [runtime])
    report.print()
    return 1 if options.check and report.has_missed else 0


def measure(report, data, start_target, words, options, more=()):
    ran = subprocess.run([*words, str(options.rounds), *more], capture_output=True, text=True)
    if ran.returncode != 0:
        raise Trouble(f"ConnectorBench ends with status {ran.returncode}: {ran.stderr.strip()}")
    *rounds, last = ran.stdout.splitlines()
    rounds = [tuple(map(int, line.split())) for line in rounds]
    hashed, pss = map(int, last.split())
    report.ratio("start to first answer / spawning true", data,
                 [start / true for true, start, _, _ in rounds], start_target)
    report.ratio("call / echo by cat", data, [call / echo for _, _, echo, call in rounds],
                 CALL_TARGET)
    size = pss / 1024
    report.add("memory of one of five processes (PSS)", data, f"{size:.2f} MiB", f"<= {PSS_TARGET} MiB",
               size <= PSS_TARGET)
    for name, place in (("true, us", 0), ("start, us", 1), ("echo, us", 2), ("call, us", 3)):
        report.add(name, data, f"{measuring.quartiles([row[place] for row in rounds])[1] / 1e3:.1f}")
    report.add("SHA-256 of the library, once a link, us", data, f"{hashed / 1e3:.0f}")
