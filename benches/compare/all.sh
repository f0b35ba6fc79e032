#!/usr/bin/env bash
# Installs the alternatives with their package managers and measures them against this tool: runs validate.sh, send.sh and
# listen.sh, with the same settings. A tool that cannot be installed is left out of the tables, which show the goals met.
#
# Takes half an hour on an idle machine. System packages are installed only if run as root; everything else goes into a
# cache folder.
#
#   QUICK=1   a few minutes: fewer rounds and bodies, to see that everything works
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inqud-hook-bench
say() { printf '%s\n' "$*" >&2; }

packages=()
for package in curl:curl hey:hey hyperfine:hyperfine node:nodejs npm:npm python3-venv:python3-venv webhook:webhook wrk:wrk; do
  if [ "${package%:*}" = python3-venv ]; then
    python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
  else
    command -v "${package%:*}" >/dev/null || packages+=("${package#*:}")
  fi
done
if [ ${#packages[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq
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

cargo build --release --locked --quiet --manifest-path "$root/Cargo.toml"
export INQUD_HOOK=${INQUD_HOOK:-${CARGO_TARGET_DIR:-$root/target}/release/inqud-hook}
if [ "${QUICK:-}" = 1 ]; then
  export ROUNDS=${ROUNDS:-2} SECONDS_EACH=${SECONDS_EACH:-1} TRIES=${TRIES:-2}
fi
say "$("$INQUD_HOOK" --version), $(uname -sm), $(nproc) processors"
for name in validate send listen; do
  printf '\n## %s\n\n' "$name"
  if [ "${QUICK:-}" = 1 ] && [ "$name" != listen ]; then
    COUNT=${COUNT:-10000} bash "$here/$name.sh"
  else
    bash "$here/$name.sh"
  fi
done
