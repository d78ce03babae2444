"""The words of the comparison: what is printed while it runs, the README's table, the file of all
medians."""
import json
import sys

import servers
from figures import Figures, was_waiting, ratio

REFERENCE = {"centrifugo": "parley-centrifuge", "parley-2-shards": "parley-1-shard"}


CLEAR = "\r\033[K" if sys.stderr.isatty() else ""


def progress(text):
    if CLEAR:
        print(f"{CLEAR}{text} …", end="", file=sys.stderr, flush=True)


def warn(text):
    print(f"{CLEAR}{text}", file=sys.stderr, flush=True)


def number(value, places=0):
    return "–" if value is None else f"{value:,.{places}f}"


def against_parley(results, name, field):
    """How many times this server's figure Parley's is, through the same clients where it speaks
    their protocol."""
    reference = results.get(REFERENCE.get(
        name, "parley" if "parley" in results else "parley-centrifuge"))
    if reference is None or reference is results[name]:
        return None
    return ratio(reference, results[name], field)


def print_workload(workload, results):
    print(CLEAR, end="", file=sys.stderr, flush=True)
    print(f"\n{workload.title}")
    if workload.timed:
        print(f"{'':18}{'per second':>13}{'per CPU s':>13}{'core used':>11}{'p50 µs':>10}"
              f"{'p99 µs':>10}{'Parley, rate':>14}{'per CPU s':>11}")
    else:
        print(f"{'':18}{'bytes each':>13}")
    for name, found in results.items():
        if workload.timed:
            print(f"{name:18}{number(found.rate):>13}{number(found.per_cpu):>13}"
                  f"{number(found.core_used, 2):>11}{number(found.p50):>10}{number(found.p99):>10}"
                  f"{number(against_parley(results, name, 'rate'), 2):>14}"
                  f"{number(against_parley(results, name, 'per_cpu'), 2):>11}")
        else:
            print(f"{name:18}{number(found.connection_bytes):>13}")
    if any(was_waiting(found) for found in results.values()):
        print("Some server had its core to spare, or shared it with other work: believe the "
              "figures per CPU second.")
    sys.stdout.flush()


def print_verdicts(verdicts):
    if verdicts:
        print("\nTargets")
    for target, figure, words, met in verdicts:
        print(f"{'met   ' if met else 'MISSED'}  {number(figure, 0 if figure > 100 else 2):>8} "
              f"({target.wanted()})  {target}, {words}")


def short(value):
    """1234567 as people say it."""
    if value is None:
        return "–"
    return f"{value / 1e6:.2f} M" if value >= 1e6 else f"{value / 1e3:.0f} k"


def markdown(results):
    """One row for each server: fan-out with one and with 16 in flight, echo, memory."""
    one, many, echo, idle = (results.get(key, {})
                             for key in ("fanout-1", "fanout-16", "echo-500", "idle"))
    lines = ["Deliveries per CPU second of the server: fan-out of 64 bytes to 1,000 receivers with "
             "1 and with 16 messages in flight, and echo to 500 connections.\n",
             "| Server | 1 in flight | Parley is | 16 in flight | Parley is | p99, 16 in flight | "
             "Echo | Parley is | Bytes per idle connection |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|"]
    names = sorted(one, key=lambda name: -(one[name].per_cpu or 0))
    for name in names:
        def times(found, name=name):
            value = against_parley(found, name, "per_cpu") if name in found else None
            return "" if value is None else f"{value:.2f} ×"

        def cell(found, field, name=name):
            return getattr(found.get(name, Figures()), field)

        p99 = cell(many, "p99")
        lines.append(" | ".join((
            f"| {servers.KINDS[name].label}", short(cell(one, "per_cpu")), times(one),
            short(cell(many, "per_cpu")), times(many),
            "–" if p99 is None else f"{p99 / 1000:.1f} ms",
            short(cell(echo, "per_cpu")), times(echo),
            number(cell(idle, "connection_bytes")))) + " |")
    return "\n".join(lines)


def save(about, results, path):
    workloads = {key: {name: vars(found) for name, found in measured.items()}
                 for key, measured in results.items()}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"about": about, "workloads": workloads}, file, indent=2)
        file.write("\n")


def load(path):
    """(about, results) as they were saved."""
    with open(path, encoding="utf-8") as file:
        stored = json.load(file)
    return stored["about"], {
        key: {name: Figures(**fields) for name, fields in measured.items()}
        for key, measured in stored["workloads"].items()}
