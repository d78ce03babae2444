#!/bin/sh
# Installs the peers beside Parley's own tools: bench/peers/setup.sh. Versions are pinned here and in package-lock.json;
# Nchan is Debian 12's. All but the Debian packages goes into bench/peers/node_modules and bench/peers/.cache.
set -eu
cd "$(dirname "$0")"

centrifugo=github.com/centrifugal/centrifugo/v5@v5.4.9

say() { echo "peers: $*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

if ! [ -e /usr/lib/nginx/modules/ngx_nchan_module.so ]; then
  say "installing nginx and Nchan"
  as_root apt-get -q update </dev/null >&2
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends nginx libnginx-mod-nchan </dev/null >&2
fi

say "npm packages"
../../tools/npm.sh "$PWD"

# Built where it was downloaded, so that its own go.mod and go.sum decide which libraries it has.
if ! [ -x .cache/centrifugo ] || ! [ "$(cat .cache/centrifugo.version)" = "$centrifugo" ]; then
  command -v go >/dev/null || { say "Centrifugo needs Go 1.23 or newer (Debian: golang-1.23 or the vendor's)"; exit 1; }
  say "building $centrifugo; this takes some minutes"
  mkdir -p .cache
  go mod download "$centrifugo"
  out=$PWD/.cache/centrifugo
  (cd "$(go list -m -f '{{.Dir}}' "$centrifugo")" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$out" .)
  echo "$centrifugo" > .cache/centrifugo.version
fi
say "ready"
