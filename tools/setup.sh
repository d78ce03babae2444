#!/bin/sh
# Installs what building or testing Parley needs: tools/setup.sh [section of packages.txt ...], default `build`.
# On Debian 12 missing packages come from apt (with sudo when not root); elsewhere they are only named.
# A second run finds everything in place and takes well under a second.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }

packages() { # of the sections named in $@
  awk -v wanted=" $* " '
    /^\[/ { inside = index(wanted, " " substr($0, 2, length($0) - 2) " "); next }
    inside && !/^#/ && NF { print $1 }' packages.txt
}

missing() { # of the packages in $@
  dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    awk -v wanted="$*" '
      $2 == "installed" { have[$1] = 1 }
      END { n = split(wanted, names, " "); for (i = 1; i <= n; i++) if (!(names[i] in have)) print names[i] }'
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else say "not root and no sudo; as root run: $*"; exit 1
  fi
}

apt_updated=
apt_install() {
  say "installing $*"
  if [ -z "$apt_updated" ]; then as_root apt-get -q update </dev/null >&2; apt_updated=yes; fi
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends "$@" </dev/null >&2
}

# Node 20.19 is the oldest that the web tools accept. $1 is the node to try.
node_is_good() {
  command -v "$1" >/dev/null || return 1
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

setup_node() {
  local_bin=tools/node/node_modules/.bin
  if command -v npm >/dev/null && node_is_good node; then return; fi
  if node_is_good "$local_bin/node" && [ -x "$local_bin/npm" ]; then return; fi
  if ! command -v npm >/dev/null; then
    if [ "$on_debian" = no ]; then say "needed: Node 20.19 or newer with npm"; exit 1; fi
    # Another vendor's nodejs brings its own npm and refuses Debian's, so Debian's is asked for only here.
    if command -v node >/dev/null; then apt_install npm; else apt_install nodejs npm; fi
    if node_is_good node; then return; fi
  fi
  say "node $(node -v) is too old for the web tools; fetching a newer one into tools/node"
  (cd tools/node && npm ci --ignore-scripts --no-audit --no-fund >&2)
  # npm 9.2 leaves out a command of the name `node`.
  for node in tools/node/node_modules/node-linux-*/bin/node; do ln -sf "$PWD/$node" "$local_bin/node"; done
  node_is_good "$local_bin/node" || { say "no Node 20.19 or newer for this machine; please install one"; exit 1; }
}

[ $# -gt 0 ] || set -- build
wanted=$(packages "$@")
on_debian=no
if [ -r /etc/os-release ] && grep -qx 'VERSION_CODENAME=bookworm' /etc/os-release &&
  command -v apt-get >/dev/null; then
  on_debian=yes
  # shellcheck disable=SC2086 # one word per package
  lacking=$(missing $wanted)
  # shellcheck disable=SC2086
  [ -z "$lacking" ] || apt_install $lacking
else
  for tool in cmake ninja g++ pkg-config python3; do
    command -v "$tool" >/dev/null || lacking_tool=$tool
  done
  say "this is not Debian 12, so nothing is installed; the build needs what these Debian packages hold:"
  say "$(echo $wanted)"
  if [ -n "${lacking_tool:-}" ]; then say "$lacking_tool is not on PATH; install the above and try again"; exit 1; fi
fi
setup_node
