#!/bin/sh
# tools/fuzz.sh SECONDS [TARGET…] runs the built fuzz targets (all of them by default), two at a time.
# Each starts from fuzz/seeds/TARGET and keeps what it finds new in build/fuzz/corpus/TARGET; an input that breaks
# something is left in build/fuzz/findings and makes the exit status 1.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
mkdir -p build/fuzz/findings

run() { # target
  name=${1%_fuzz}
  mkdir -p "build/fuzz/corpus/$name"
  seeds=fuzz/seeds/$name
  [ -d "$seeds" ] || seeds=
  dictionary=
  [ ! -f "fuzz/$name.dict" ] || dictionary=-dict=fuzz/$name.dict
  # shellcheck disable=SC2086 # empty means absent
  if "build/fuzz/bin/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/findings/$1-" $dictionary "build/fuzz/corpus/$name" $seeds \
    >"build/fuzz/$1.log" 2>&1; then
    echo "$1: nothing found ($(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$1.log") inputs)"
  else
    echo "$1: FOUND SOMETHING, see build/fuzz/$1.log"
    tail -n 60 "build/fuzz/$1.log"
    return 1
  fi
}

if [ $# -eq 1 ]; then
  run "$1"
else
  if [ $# -eq 0 ]; then
    for source in fuzz/*_fuzz.cc; do set -- "$@" "$(basename "$source" .cc)"; done
  fi
  printf '%s\n' "$@" | xargs -P 2 -n 1 "$0" "$seconds"
fi
