"""Scripts/bench connectors: what a connector costs, beside the least that a process can cost.

The example in C is loaded by the host of the release configuration. In turns: spawning /bin/true to its
end and starting the connector to its first answer; an echo of a call's bytes by cat and a call.
"""

import argparse
import pathlib
import subprocess
import tempfile

import measuring
from measuring import Report, Trouble

ROOT = measuring.SCRIPTS.parent
START_TARGET, CALL_TARGET, PSS_TARGET = 4, 5, 3


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


def run(words):
    options = arguments(words)
    host = options.host or measuring.build_program("mainstay-connector-host")
    program = options.program or measuring.build_program("ConnectorBench")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        library = str(pathlib.Path(folder).resolve() / "libexample.so")
        subprocess.run(
            ["clang", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-o", library,
             "-I", str(ROOT / "Sources/Connectors/CMainstayConnector/include"),
             str(ROOT / "Plugins/Example/example.c")], check=True)
        ran = subprocess.run([program, str(pathlib.Path(host).resolve()), library,
                              str(options.rounds)], capture_output=True, text=True)
        if ran.returncode != 0:
            raise Trouble(f"ConnectorBench ends with status {ran.returncode}: {ran.stderr.strip()}")
    *rounds, pss = ran.stdout.splitlines()
    rounds = [tuple(map(int, line.split())) for line in rounds]
    data = "the example in C"
    report.ratio("start to first answer / spawning true", data,
                 [start / true for true, start, _, _ in rounds], START_TARGET)
    report.ratio("call / echo by cat", data, [call / echo for _, _, echo, call in rounds],
                 CALL_TARGET)
    size = int(pss) / 1024
    report.add("memory of the process (PSS)", data, f"{size:.2f} MiB", f"<= {PSS_TARGET} MiB",
               size <= PSS_TARGET)
    for name, place in (("true, us", 0), ("start, us", 1), ("echo, us", 2), ("call, us", 3)):
        report.add(name, data, f"{measuring.quartiles([row[place] for row in rounds])[1] / 1e3:.1f}")
    report.print()
    return 1 if options.check and report.has_missed else 0
