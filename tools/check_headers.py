#!/usr/bin/env python3
"""Compiles every header of src/ alone, so that none leans on what its includer happened to include before.

    check_headers.py BUILD/compile_commands.json     prints the compiler's words for each that fails, exits 1 if any does

A header is compiled with the flags of a source file of its layer, but without the precompiled header, which would hide
what is missing, and without optimisation and sanitizers, which cost time and find nothing here. It goes through ccache
where that is installed, so that unchanged headers cost nothing the next time.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JOBS = 2
LAUNCHER = [ccache] if (ccache := shutil.which("ccache")) else []


def flags_by_layer(database: Path) -> dict[str, list[str]]:
    """The compiler and its flags for each layer, without input, output and precompiled header."""
    layers: dict[str, list[str]] = {}
    for entry in json.loads(database.read_text()):
        file = Path(entry["file"])
        if file.is_relative_to(ROOT / "src") and file.suffix == ".cc":
            layers.setdefault(file.relative_to(ROOT / "src").parts[0], flags_only(shlex.split(entry["command"])))
    return layers


def flags_only(command: list[str]) -> list[str]:
    compiler = next(i for i, word in enumerate(command) if Path(word).name.split("-")[0] in ("g++", "clang++", "c++"))
    flags, skip_next = [], False
    for word in command[compiler + 1:]:
        if skip_next:
            skip_next = False
        elif word in ("-o", "-c", "-include", "-MF", "-MT"):
            skip_next = True
        elif not word.startswith(("-MD", "-Winvalid-pch", "-O", "-g", "-fsanitize", "-fdiagnostics-color")):
            flags.append(word)
    return [command[compiler], *flags]


def compile_alone(header: Path, flags: list[str], folder: Path) -> str:
    """What the compiler says about the header; empty when it is content."""
    name = header.relative_to(ROOT / "src")
    source = folder / f"{name}.cc"  # `#pragma once` in a main file would itself be a warning
    source.parent.mkdir(parents=True, exist_ok=True)
    if not source.exists():
        source.write_text(f'#include "{name}"\n')
    run = subprocess.run([*LAUNCHER, *flags, "-c", str(source), "-o", f"{source}.o"], cwd=folder,
                         env={**os.environ, "CCACHE_BASEDIR": str(ROOT)}, capture_output=True, text=True, check=False)
    return run.stderr if run.returncode else ""


def main() -> int:
    database = Path(sys.argv[1]).resolve()
    layers = flags_by_layer(database)
    any_flags = next(iter(layers.values()), None)
    if any_flags is None:
        print("no source of src/ in the compile database")
        return 1
    headers = sorted((ROOT / "src").rglob("*.h"))

    def check(header: Path) -> str:
        flags = layers.get(header.relative_to(ROOT / "src").parts[0], any_flags)
        return compile_alone(header, flags, database.parent / "headers")

    with ThreadPoolExecutor(JOBS) as pool:
        outputs = list(pool.map(check, headers))
    failed = 0
    for header, output in zip(headers, outputs):
        if output:
            failed += 1
            print(f"{header.relative_to(ROOT)} does not compile alone:\n{output}")
    print(f"{len(headers)} headers, {failed} do not compile alone")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
