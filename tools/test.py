#!/usr/bin/env python3
"""Runs every test of Parley and counts them: `make test` without the installing.

    test.py [--only STEP,…] [--skip STEP,…] [--verbose] [--list]

A step that fails does not stop the ones after it. What a step prints goes to build/test/STEP.log and, when it fails,
to the terminal too. The last line is `N passed, M failed, K skipped`; the exit status is 1 when anything failed.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "test"
JOBS = str(os.cpu_count() or 2)
FUZZ_SECONDS = "10"
TAIL_LINES = 150
MEASURING = {"chat_history", "danmaku_stress", "launchpad", "shell"}  # browser tests with figures: nothing beside them
NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # the colours of what a test says may stand in a report

# Generated pages: the file, and the command of the binary that must print it.
GENERATED_DOCS = [
    ("docs/config.md", ["config", "doc"]),
    ("docs/errors.md", ["config", "doc", "--errors"]),
]

ENVIRONMENT = {
    **os.environ,
    "PATH": f"{ROOT}/tools/node/node_modules/.bin:{os.environ['PATH']}",
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": f"halt_on_error=1:second_deadlock_stack=1:suppressions={ROOT}/tools/tsan.supp",
}


@dataclass
class Tally:
    passed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def count(self, name: str, ok: bool) -> bool:
        if ok:
            self.passed += 1
        else:
            self.failures.append(name)
        return ok

    def count_junit(self, report: Path, step: str) -> None:
        """Adds the cases of a JUnit report, as CTest, node and vitest write it, and shows those that failed."""
        for case in xml.fromstring(NOT_IN_XML.sub(b"", report.read_bytes())).iter("testcase"):
            if case.find("skipped") is not None:
                self.skipped += 1
                continue
            faults = [*case.findall("failure"), *case.findall("error")]
            if not self.count(f"{step}: {case.get('name')}", not faults):
                show(f"{case.get('name')}\n" + "".join(
                    part.text or part.get("message", "") for part in [*faults, *case.findall("system-out")]))


def show(text: str) -> None:
    lines = text.splitlines()
    if len(lines) > TAIL_LINES:
        print(f"    … {len(lines) - TAIL_LINES} lines before these are in {LOGS.relative_to(ROOT)}")
    for line in lines[-TAIL_LINES:]:
        print(f"    {line}")


class Runner:
    """Runs commands for one step at a time, with their output in that step's log."""

    def __init__(self, verbose: bool):
        self.tally = Tally()
        self.verbose = verbose
        self.step = ""

    @property
    def log(self) -> Path:
        return LOGS / f"{self.step}.log"

    def run(self, *command: str, **options) -> bool:
        """True when the command succeeds. Its words are shown at once when verbose, else only when it fails."""
        start = self.log.stat().st_size
        ok = self.run_quietly(*command, **options)
        if not ok:
            show(self.log.read_bytes()[start:].decode(errors="replace"))
        return ok

    def run_quietly(self, *command: str, cwd: Path = ROOT, timeout: int = 1800, **environment: str) -> bool:
        with self.log.open("ab") as log:
            log.write(f"$ {' '.join(command)}\n".encode())
            log.flush()
            process = subprocess.Popen(
                command, cwd=cwd, env={**ENVIRONMENT, **environment}, stdin=subprocess.DEVNULL,
                stdout=None if self.verbose else log, stderr=subprocess.STDOUT, process_group=0)
            try:
                return process.wait(timeout) == 0
            except subprocess.TimeoutExpired:
                log.write(f"gave up after {timeout} s\n".encode())
                return False
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # servers and browsers that a test left behind
                process.wait()

    def check(self, name: str, *command: str, **options) -> bool:
        """A command that is one test."""
        return self.tally.count(f"{self.step}: {name}", self.run(*command, **options))

    def suite(self, name: str, report: Path, *command: str, **options) -> None:
        """A command that runs many tests and reports them. Failing without naming a test is a failure of its own."""
        report.unlink(missing_ok=True)
        start, failures_before = self.log.stat().st_size, len(self.tally.failures)
        ok = self.run_quietly(*command, **options)
        if report.exists():
            self.tally.count_junit(report, self.step)
        if len(self.tally.failures) == failures_before and not (ok and report.exists()):
            show(self.log.read_bytes()[start:].decode(errors="replace"))
            self.tally.count(f"{self.step}: {name} ended badly", False)

    def skip(self, why: str) -> None:
        print(f"    skipped: {why}")
        self.tally.skipped += 1

    def build(self, preset: str, *targets: str) -> bool:
        """A build is no test: it counts only when it fails."""
        choice = [word for target in targets for word in ("--target", target)]
        ok = (self.run("tools/configure.sh", preset) and
              self.run("cmake", "--build", "--preset", preset, "--parallel", JOBS, *choice,
                       "--", "-k", "0"))
        return ok or self.tally.count(f"{self.step}: build of preset {preset}", False)

    def ctest(self, preset: str) -> None:
        report = LOGS / f"{self.step}-ctest.xml"
        self.suite("ctest", report, *without_aslr(preset), "ctest", "--preset", preset, "--parallel", JOBS,
                   "--no-tests=error", "--output-junit", str(report))

    def node(self, files: list[Path], binary: Path, concurrency: str = JOBS) -> None:
        """node:test files against a server binary."""
        if not self.run("tools/npm.sh", "tests"):
            self.tally.count(f"{self.step}: npm ci in tests/", False)
            return
        report = LOGS / f"{self.step}-node.xml"
        preset = binary.parent.parent.name
        self.suite("node --test", report, *without_aslr(preset), "node", "--test", "--test-timeout=400000",
                   f"--test-concurrency={concurrency}",
                   "--test-reporter=spec", "--test-reporter-destination=stdout",
                   "--test-reporter=junit", f"--test-reporter-destination={report}",
                   *map(str, files), PARLEY_BIN=str(binary))


def without_aslr(preset: str) -> list[str]:
    """The thread sanitizer of gcc 12 cannot lay out its memory on kernels that randomise addresses by many bits."""
    wrapper = ["setarch", "-R"]
    if preset == "tsan" and shutil.which("setarch"):
        if subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode == 0:
            return wrapper
    return []


def binary_of(preset: str) -> Path:
    return ROOT / "build" / preset / "bin" / "parley"


def sources(pattern: str) -> list[Path]:
    return sorted(ROOT.glob(pattern))


def step_format(runner: Runner) -> None:
    """C++ is formatted as .clang-format says"""
    files = [str(path) for folder in ("src", "tests", "fuzz", "bench")
             for path in sources(f"{folder}/**/*") if path.suffix in (".h", ".cc")]
    runner.check("clang-format", "clang-format-14", "--dry-run", "-Werror", *files)


def step_unit(runner: Runner) -> None:
    """unit tests, transcripts, layer and header checks under address and undefined-behaviour sanitizers"""
    if runner.build("dev"):
        runner.ctest("dev")


def step_docs(runner: Runner) -> None:
    """generated pages are what the binary prints"""
    for page, command in GENERATED_DOCS:
        if not (ROOT / page).exists() or not binary_of("dev").exists():
            runner.skip(f"{page} or the dev binary does not exist")
            continue
        printed = subprocess.run([binary_of("dev"), *command], capture_output=True, text=True, check=False)
        fresh = LOGS / Path(page).name
        fresh.write_text(printed.stdout)
        runner.check(f"{page} is up to date", "diff", "-u", page, str(fresh))


def step_web(runner: Runner) -> None:
    """the page and its packages: lint, types, unit tests, and whether the packages could be published"""
    if not (ROOT / "web").exists():
        return runner.skip("no web/")
    runner.check("lint", "tools/npm.sh", "web", "run", "lint")
    runner.check("typecheck", "tools/npm.sh", "web", "run", "typecheck")
    packages = [manifest.parent for manifest in sources("web/packages/*/package.json")]
    for folder in [ROOT / "web/app", *packages]:
        report = LOGS / f"vitest-{folder.name}.xml"
        runner.suite(f"vitest in {folder.name}", report, "npx", "vitest", "run", "--reporter=default",
                     "--reporter=junit", f"--outputFile.junit={report}", cwd=folder)
    for folder in packages:
        name = folder.name
        runner.check(f"package {name} builds", "tools/npm.sh", "web", "run", "build", "-w", f"packages/{name}")
        runner.check(f"package {name} may be published", "npx", "publint", "--strict", cwd=folder)


def step_integration(runner: Runner) -> None:
    """a real server, sanitized, spoken to over sockets"""
    run_node_tests(runner, sources("tests/integration/*.test.mjs"), "dev", JOBS)


def step_e2e(runner: Runner) -> None:
    """the page in headless Chromium against the sanitized server"""
    files = sources("tests/e2e/*.test.mjs")
    alone = [file for file in files if file.name.removesuffix(".test.mjs") in MEASURING]
    run_node_tests(runner, alone, "dev", "1")
    run_node_tests(runner, [file for file in files if file not in alone], "dev", JOBS)


def run_node_tests(runner: Runner, files: list[Path], preset: str, concurrency: str) -> None:
    if not files or not binary_of(preset).exists():
        return runner.skip("no tests" if not files else f"build/{preset}/bin/parley does not exist")
    runner.node(files, binary_of(preset), concurrency)


def step_tsan(runner: Runner) -> None:
    """what runs on several shards, under the thread sanitizer"""
    has_binary = (ROOT / "src/server/main.cc").exists()
    if runner.build("tsan", "multi_shard", *(["parley"] if has_binary else [])):
        runner.ctest("tsan")
        run_node_tests(runner, sources("tests/integration/*shards*.test.mjs"), "tsan", "1")


def step_fuzz(runner: Runner) -> None:
    """each fuzz target for a few seconds over its kept corpus"""
    targets = [path.stem for path in sources("fuzz/*_fuzz.cc")]
    if not targets:
        return runner.skip("no fuzz targets")
    if runner.build("fuzz"):
        for target in targets:
            runner.check(target, "tools/fuzz.sh", FUZZ_SECONDS, target)


STEPS = {name.removeprefix("step_"): step for name, step in list(globals().items()) if name.startswith("step_")}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Runs Parley's tests.")
    parser.add_argument("--only", default="", metavar="STEP,…", help="run these steps alone")
    parser.add_argument("--skip", default="", metavar="STEP,…", help="leave these steps out")
    parser.add_argument("--verbose", action="store_true", help="show all output as it comes")
    parser.add_argument("--list", action="store_true", help="show the steps")
    arguments = parser.parse_args()
    for choice in ("only", "skip"):
        names = [name for name in getattr(arguments, choice).split(",") if name]
        if unknown := [name for name in names if name not in STEPS]:
            parser.error(f"no such step: {', '.join(unknown)}; there are {', '.join(STEPS)}")
        setattr(arguments, choice, names)
    return arguments


def main() -> int:
    arguments = parse_arguments()
    if arguments.list:
        for name, step in STEPS.items():
            print(f"{name:12} {step.__doc__}")
        return 0
    sys.stdout.reconfigure(line_buffering=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through `finally`, so that nothing is left running
    LOGS.mkdir(parents=True, exist_ok=True)
    runner = Runner(arguments.verbose)
    tally = runner.tally
    for name, step in STEPS.items():
        if name in arguments.skip or (arguments.only and name not in arguments.only):
            continue
        print(f"==> {name}: {step.__doc__}")
        runner.step = name
        runner.log.write_bytes(b"")
        before, start = (tally.passed, len(tally.failures), tally.skipped), time.monotonic()
        step(runner)
        passed, failed, skipped = tally.passed - before[0], len(tally.failures) - before[1], tally.skipped - before[2]
        print(f"    {passed} passed, {failed} failed, {skipped} skipped in {time.monotonic() - start:.0f} s")
    if tally.failures:
        print("==> failed")
        for failure in tally.failures:
            print(f"    {failure}")
    print(f"{tally.passed} passed, {len(tally.failures)} failed, {tally.skipped} skipped")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
