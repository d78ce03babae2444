#!/bin/sh
# tools/configure.sh PRESET configures a preset, quietly unless it fails. Where that was done and the presets have not
# changed since, nothing is left to do: the build itself sees changes of the CMake files.
set -eu
cd "$(dirname "$0")/.."
[ ! "build/$1/build.ninja" -nt CMakePresets.json ] || exit 0
mkdir -p build
log=build/configure-$1.log
cmake --preset "$1" >"$log" 2>&1 || { cat "$log"; exit 1; }
