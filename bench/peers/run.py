#!/usr/bin/env python3
"""Well-known servers side by side: each is started on one core, `parley bench` puts the same
workload on each in turn from the other core, A B C A B C, and medians and ratios are printed.

    make build && cmake --preset bench && cmake --build --preset bench --target bench_bare
    bench/peers/setup.sh
    bench/peers/run.py --check
"""
import argparse
import collections
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import chart
import report
import servers
from figures import from_result, medians, payload_size
from targets import judge
from workloads import GROUPS, WORKLOADS

ROOT = Path(__file__).resolve().parents[2]
BENCH_DEADLINE = 300  # seconds for one run of the load
WRONG_USAGE = 2  # its exit code
FAILURES = 2  # of one server in one workload; then it is left out


class LoadError(Exception):
    """`parley bench` failed; the text is what it said."""


def two_cores():
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("two cores are needed: one for the server, one for the load")
    return cores[:2]


def put_load(options, workload, name, server, load_core, size):
    """One run of the workload against a server that is up; its figures."""
    command = [options.parley, "bench", *workload.arguments, *workload.options.get(name, ()),
               server.url, "--size", str(size), "--dialect", server.kind.dialect,
               "--server-pid", str(server.pid), "--quiet", "--json", "-"]
    if workload.timed:
        command += ["--duration", f"{round(options.seconds * 1000)}ms"]
    if workload.spin:
        command.append("--spin")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=BENCH_DEADLINE, check=False,
                          preexec_fn=lambda: servers.enter_core({load_core}))
    if done.returncode == WRONG_USAGE:
        sys.exit(done.stderr)
    if done.returncode != 0:
        said = "\n".join(json.loads(done.stdout)["notes"]) if done.stdout else done.stderr
        raise LoadError(f"{said.strip()}\n  from: {' '.join(command)}")
    result = json.loads(done.stdout)
    options.machine = result["machine"]
    return from_result(result)


def message_size(workload, name, runs):
    """The workload's, or that of the server whose bytes on the wire this one has to send, too."""
    source = workload.same_bytes_as.get(name)
    if source is None:
        return workload.size
    if not runs[source]:
        raise LoadError(f"it is to send as many bytes as {source}, which did not run")
    return payload_size(runs[source][0].message_bytes)


def measure_in_turns(options, workload, names, cores):
    """Medians by server. A run that fails is told and not counted; too many, and its server is
    left out."""
    server_core, load_core = cores
    binaries = servers.Binaries(options.parley, options.bare)
    runs, failed = collections.defaultdict(list), collections.Counter()
    with contextlib.ExitStack() as running:
        up = {}
        for name in names:
            where = {server_core} if servers.KINDS[name].one_core else set(cores)
            up[name] = running.enter_context(
                servers.start(name, binaries, where, echo=workload.group == "echo"))
        for turn in range(options.rounds):
            report.progress(f"{workload.key}: round {turn + 1} of {options.rounds}")
            for name, server in up.items():
                if failed[name] >= FAILURES:
                    continue
                try:
                    size = message_size(workload, name, runs)
                    runs[name].append(put_load(options, workload, name, server, load_core, size))
                except (LoadError, subprocess.TimeoutExpired) as error:
                    failed[name] += 1
                    report.warn(f"{workload.key}: a run against {name} failed: {error}")
    return {name: medians(found) for name, found in runs.items() if failed[name] < FAILURES}


def measure_afresh(options, workload, names, cores):
    """Memory: every run has a server of its own, as one that has served keeps what it got."""
    found = collections.defaultdict(list)
    for turn in range(options.memory_rounds):
        for name in names:
            report.progress(f"{workload.key}: {name}, round {turn + 1} of {options.memory_rounds}")
            try:
                with servers.start(name, servers.Binaries(options.parley, options.bare),
                                   {cores[0]}) as server:
                    found[name].append(
                        put_load(options, workload, name, server, cores[1], workload.size))
            except (LoadError, subprocess.TimeoutExpired) as error:
                report.warn(f"{workload.key}: a run against {name} failed: {error}")
    return {name: medians(runs) for name, runs in found.items()}


def measure(options):
    """{workload: {server: medians}}"""
    cores = two_cores()
    results = {}
    for workload in WORKLOADS:
        if workload.group not in options.workload:
            continue
        names = [name for name in workload.servers
                 if not options.only or name in options.only]
        for name in [name for name in names if not servers.is_installed(name)]:
            report.warn(f"{name} is left out: not installed; run bench/peers/setup.sh")
            names.remove(name)
            options.left_out.append(name)
        run = measure_in_turns if workload.timed else measure_afresh
        results[workload.key] = run(options, workload, names, cores)
        options.left_out += [name for name in names if name not in results[workload.key]]
        report.print_workload(workload, results[workload.key])
    return results


def listed(allowed):
    def parse(text):
        names = text.split(",")
        for name in names:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(allowed)}")
        return names
    return parse


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parley", default=str(ROOT / "build/release/bin/parley"))
    parser.add_argument("--bare", default=str(ROOT / "build/bench/bin/bench_bare"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory-rounds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--workload", type=listed(GROUPS), default=GROUPS, metavar="A,B",
                        help=", ".join(GROUPS))
    parser.add_argument("--only", type=listed(tuple(servers.KINDS)), metavar="A,B",
                        help=", ".join(servers.KINDS))
    parser.add_argument("--json", metavar="FILE", help="all medians")
    parser.add_argument("--markdown", action="store_true", help="print the README's table")
    parser.add_argument("--svg", metavar="FILE", help="draw the picture")
    parser.add_argument("--from", dest="source", metavar="FILE",
                        help="measure nothing: the medians of an earlier --json")
    parser.add_argument("--check", action="store_true",
                        help="exit 1 when a target is missed or a server was left out")
    parser.set_defaults(machine="nothing was measured", left_out=[])
    return parser.parse_args()


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every server is stopped
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        if options.source:
            about, results = report.load(options.source)
        else:
            results = measure(options)
            about = (f"Medians of {options.rounds} runs of {options.seconds:g} s each, in turns: "
                     f"{options.machine}.")
    except servers.ServerError as error:
        sys.exit(str(error))
    if options.json:
        report.save(about, results, options.json)
    if options.svg:
        Path(options.svg).write_text(chart.draw(results))
    if options.markdown:
        print(f"\n{report.markdown(results)}\n\n{about}")
    verdicts = list(judge(results))
    report.print_verdicts(verdicts)
    passed = verdicts and not options.left_out and all(met for *_, met in verdicts)
    sys.exit(1 if options.check and not passed else 0)


if __name__ == "__main__":
    main()
