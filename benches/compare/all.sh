#!/usr/bin/env bash
# Installs the alternatives with their package managers and measures them against this tool: runs validate.sh, send.sh and
# listen.sh, with the same settings, and at the end prints one table of all goals. A tool that cannot be installed is left
# out of the tables of the three, and is "not installed" in the last one.
#
# Takes ten minutes on an idle machine, without the time for installing and building. System packages are installed only if
# run as root; everything else goes into a cache folder.
#
#   QUICK=1        two minutes: fewer rounds and bodies, to see that everything works
#   INQUD_HOOK=…   a binary that is already built
#   RESULTS=…      keeps the ratios of the last table, and those that an earlier run wrote there
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inqud-hook-bench
say() { printf '%s\n' "$*" >&2; }

packages=()
for package in curl:curl hey:hey jq:jq node:nodejs npm:npm python3-venv:python3-venv valgrind:valgrind webhook:webhook wrk:wrk; do
  if [ "${package%:*}" = python3-venv ]; then
    python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
  else
    command -v "${package%:*}" >/dev/null || packages+=("${package#*:}")
  fi
done
if [ ${#packages[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq || true
    for package in "${packages[@]}"; do
      apt-get install -y -qq "$package" >/dev/null || say "$package cannot be installed"
    done
  else
    say "missing, left out: ${packages[*]}"
  fi
fi
mkdir -p "$cache"
if command -v npm >/dev/null && [ ! -d "$cache/node_modules/ajv-cli" ]; then
  npm install --silent --prefix "$cache" ajv-cli ajv-formats >&2 || say "ajv-cli cannot be installed"
fi
if [ ! -x "$cache/venv/bin/check-jsonschema" ]; then
  { python3 -m venv "$cache/venv" && "$cache/venv/bin/pip" install --quiet check-jsonschema >&2; } ||
    say "check-jsonschema cannot be installed"
fi
export PATH=$cache/node_modules/.bin:$cache/venv/bin:$cache/bin:$PATH

if [ -z "${INQUD_HOOK:-}" ]; then
  cargo build --release --locked --quiet --manifest-path "$root/Cargo.toml"
fi
export INQUD_HOOK=${INQUD_HOOK:-${CARGO_TARGET_DIR:-$root/target}/release/inqud-hook}
if [ "${QUICK:-}" = 1 ]; then
  export ROUNDS=${ROUNDS:-1} SECONDS_EACH=${SECONDS_EACH:-1} TRIES=${TRIES:-1} PACE=${PACE:-0}
fi
export TRIES=${TRIES:-3}
results=$(mktemp)
trap 'rm -f "$results"' EXIT
export RESULTS=${RESULTS:-$results}
for name in validate send listen; do
  printf '\n## %s\n\n' "$name"
  if [ "${QUICK:-}" = 1 ] && [ "$name" != listen ]; then
    COUNT=${COUNT:-10000} bash "$here/$name.sh" || say "$name.sh failed"
  else
    bash "$here/$name.sh" || say "$name.sh failed"
  fi
done
printf '\n## goals\n\n'
python3 "$here/goals.py" table
model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
commit=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)
printf '\n%s, commit %s, %s, %s processors (%s).\n' "$(date +%F)" "$commit" "$(uname -sm)" "$(nproc)" "${model:-unknown model}"
