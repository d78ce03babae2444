#!/usr/bin/env python3
"""Compiles every header of src/ alone, so that none leans on what its includer happened to include before.

    check_headers.py BUILD/compile_commands.json     prints the compiler's words for each that fails, exits 1 if any does

A header is compiled with the flags of a source file of its layer; without the precompiled header, which would hide
what is missing.
"""

import json
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JOBS = 2


def flags_by_layer(database: Path) -> dict[str, list[str]]:
    """The compiler and its flags for each layer, without input, output and precompiled header."""
    layers: dict[str, list[str]] = {}
    for entry in json.loads(database.read_text()):
        file = Path(entry["file"])
        if file.is_relative_to(ROOT / "src") and file.suffix == ".cc":
            layers.setdefault(file.relative_to(ROOT / "src").parts[0], flags_only(shlex.split(entry["command"])))
    return layers


def flags_only(command: list[str]) -> list[str]:
    flags, skip_next = [], False
    compiler = next(i for i, word in enumerate(command) if Path(word).name.split("-")[0] in ("g++", "clang++", "c++"))
    for word in command[compiler + 1:]:
        if skip_next:
            skip_next = False
        elif word in ("-o", "-c", "-include", "-MF", "-MT"):
            skip_next = True
        elif word not in ("-MD", "-Winvalid-pch"):
            flags.append(word)
    return [command[compiler], *flags]


def compile_alone(header: Path, flags: list[str]) -> str:
    """What the compiler says about the header; empty when it is content."""
    # A stub that includes it, since `#pragma once` in a main file is itself a warning.
    run = subprocess.run(
        [*flags, "-fsyntax-only", "-x", "c++", "-"],
        input=f'#include "{header.relative_to(ROOT / "src")}"\n', capture_output=True, text=True, check=False)
    return run.stderr if run.returncode else ""


def main() -> int:
    layers = flags_by_layer(Path(sys.argv[1]))
    any_flags = next(iter(layers.values()), None)
    if any_flags is None:
        print("no source of src/ in the compile database")
        return 1
    headers = sorted((ROOT / "src").rglob("*.h"))
    with ThreadPoolExecutor(JOBS) as pool:
        outputs = list(pool.map(
            lambda header: compile_alone(header, layers.get(header.relative_to(ROOT / "src").parts[0], any_flags)),
            headers))
    failed = 0
    for header, output in zip(headers, outputs):
        if output:
            failed += 1
            print(f"{header.relative_to(ROOT)} does not compile alone:\n{output}")
    print(f"{len(headers)} headers, {failed} do not compile alone")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
