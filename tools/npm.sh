#!/bin/sh
# tools/npm.sh FOLDER ARGS… runs `npm ARGS…` in FOLDER after `npm ci` where its lock file has changed since the last one.
# The Node that tools/setup.sh may have fetched comes first on PATH. Without ARGS only the packages are installed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=$root/tools/node/node_modules/.bin:$PATH
export PATH
cd "$1"
shift

stamp=node_modules/.installed-lock.json
if ! cmp -s package-lock.json "$stamp"; then
  npm ci --ignore-scripts --no-audit --no-fund
  cp package-lock.json "$stamp"
fi
[ $# -eq 0 ] || exec npm "$@"
