#!/usr/bin/env python3
"""Refuses includes that break the layering of src/. The tables below are the rule; docs/architecture.md explains it.

    check_layers.py [ROOT]     prints `file:line: rule` for each breach, exits 1 if there is any
"""

import re
import sys
from pathlib import Path

# Layer: the layers it may include besides itself.
LAYERS = {
    "base": set(),
    "metrics": {"base"},
    "runtime": {"base", "metrics"},
    "http": {"base"},
    "ws": {"base", "http"},
    "hub": {"base", "metrics", "runtime"},
    "broker": {"hub", "base", "metrics", "runtime"},
    "auth": {"base"},
    "files": {"base"},
    "dialect": {"hub", "auth", "base"},
    "transport": {"dialect", "hub", "http", "ws", "runtime", "base"},
    "api": {"dialect", "hub", "auth", "files", "http", "metrics", "base"},
    "loadgen": {"ws", "http", "runtime", "metrics", "base"},
    "server": {"loadgen", "api", "transport", "dialect", "broker", "hub", "auth", "files", "ws", "http", "runtime", "metrics", "base"},
}

# Narrower than a layer: (from layer, to layer): the only headers that may be included across this edge.
ONLY_HEADERS = {
    ("ws", "http"): {"http/message.h", "http/tokens.h"},
    ("api", "dialect"): {"dialect/plain_poll.h"},
}

# Never included across this edge, though the layer as a whole may be.
NEVER_HEADERS = {
    ("hub", "runtime"): {"runtime/stream.h"},
}

# Third-party headers: (name, pattern of the include, the files that are its home). A folder stands for all its files.
THIRD_PARTY = [
    ("fmt", r"fmt/", {"base/log.h", "base/log.cc"}),
    ("spdlog", r"spdlog/", {"base/log.cc"}),
    ("Boost.Intrusive", r"boost/intrusive/", {"runtime", "hub", "transport"}),
    ("Boost.System", r"boost/system/", {"base/error.h"}),
    ("prometheus-cpp", r"prometheus/", {"metrics/metrics.cc"}),
    ("OpenSSL", r"openssl/", {"base/sha1.cc", "runtime/tls_context.cc", "runtime/tls_stream.cc", "auth"}),
    ("Beast", r"boost/beast", {"http/parser.cc"}),
    ("zlib", r"zlib\.h", {"ws/deflate.cc"}),
    ("SQLite", r"sqlite3\.h", {"broker/sqlite.cc"}),
    ("hiredis", r"hiredis/", {"broker/redis_link.cc"}),
    ("simdjson", r"simdjson", {"auth", "dialect", "api", "loadgen"}),
    ("toml++", r"toml", {"server/config_file.cc"}),
    ("CLI11", r"CLI/", {"server/command_line.cc"}),
    ("libcurl", r"curl/", {"server/jwks_fetch.cc"}),
    ("GoogleTest", r"(gtest|gmock)/", set()),
    ("Boost", r"boost/", set()),
]

# Headers that only tests include.
TEST_HEADERS = {"loadgen/recording_events.h", "api/api_fixture.h", "broker/test_store.h", "files/test_folder.h", "dialect/transcript_player.h"}

# Shards share nothing, so a lock is needed only where one thread hands something to another.
MUTEX = re.compile(r"\bstd::(shared_|recursive_|timed_|recursive_timed_)?mutex\b")
MUTEX_HOMES = {"runtime/mailbox.h", "base/log.cc", "metrics/metrics.cc", "broker/sqlite_store.cc",
               "files/file_store.cc", "files/shelf.h", "files/download_places.cc"}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def breach_of_include(file: str, quote: str, header: str) -> str | None:
    """The rule that this include of a file (path from src/) breaks, or nothing."""
    layer, is_test = file.split("/")[0], file.endswith("_test.cc") or file in TEST_HEADERS
    for name, pattern, homes in THIRD_PARTY:
        if re.match(pattern, header):
            allowed = is_test or file in homes or layer in homes
            return None if allowed else f"{name} ({header}) may be included only in {describe(homes | {'*_test.cc'})}"
    if quote == "<":
        return None
    if "/" not in header:
        return f'write the path from src/: "{layer}/{header}", not "{header}"'
    target = header.split("/")[0]
    if target == layer:
        return None
    if target not in LAYERS:
        return f'"{header}" is in no known layer'
    if target not in LAYERS[layer]:
        return f"{layer} may include only {describe(LAYERS[layer])}, not {target}"
    only = ONLY_HEADERS.get((layer, target))
    if only is not None and header not in only:
        return f"{layer} may include from {target} only {describe(only)}"
    if header in NEVER_HEADERS.get((layer, target), ()):
        return f"{layer} may not include {header}"
    return None


def describe(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing else"


def breaches(source: Path, file: str):
    for number, line in enumerate(source.read_text().splitlines(), 1):
        include = INCLUDE.match(line)
        if include and (rule := breach_of_include(file, *include.groups())):
            yield number, rule
        code = line.split("//")[0]
        if MUTEX.search(code) and file not in MUTEX_HOMES and not file.endswith("_test.cc"):
            yield number, f"a mutex may appear only in {describe(MUTEX_HOMES)}"


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    files = sorted(path for path in (root / "src").rglob("*") if path.suffix in (".h", ".cc"))
    found = 0
    for source in files:
        file = source.relative_to(root / "src").as_posix()
        if file.split("/")[0] not in LAYERS:
            print(f"{source.relative_to(root)}:1: no layer has this name")
            found += 1
            continue
        for number, rule in breaches(source, file):
            print(f"{source.relative_to(root)}:{number}: {rule}")
            found += 1
    print(f"{len(files)} files, {found} breaches of the layering")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
