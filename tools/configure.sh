#!/bin/sh
# tools/configure.sh PRESET configures a preset, quietly unless it fails.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
log=build/configure-$1.log
cmake --preset "$1" >"$log" 2>&1 || { cat "$log"; exit 1; }
