#!/usr/bin/env bash
# Measures `listen` against Debian's webhook and against a bare hyper server with the same limits, and says which goals
# are met.
#
# Every row is measured in turn on this machine in this run: medians, their ratio, and the smallest and largest ratio of
# one round. Only ratios mean anything. wrk sends bodies of 400 bytes, signed, 40,000 different ones, which is more than
# `listen` remembers, so that none is a duplicate. Output and journals go to files on the disk of the folder for
# temporary files.
#
#   SECONDS_EACH=2 how long each round takes
#   ROUNDS=5       how often each contestant runs
#   TRIES=10       how often a round that others disturb is repeated
#   PIN=0          let the system place server and client; else each has a processor of its own
#   CONNECTIONS="10 100"
#   WRK=…  WEBHOOK=…  the peers, where they are not on PATH
#   INQUD_HOOK=…  BARE=…  binaries that are built already
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
each=${SECONDS_EACH:-2}
rounds=${ROUNDS:-5}
say() { printf '%s\n' "$*" >&2; }
export PYTHONDONTWRITEBYTECODE=1 NO_COLOR=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The contestants -------------------------------------------------------------------------------------------------

target=${CARGO_TARGET_DIR:-$root/target}/release
ours=${INQUD_HOOK:-}
if [ -z "$ours" ]; then
  cargo build --release --locked --quiet --manifest-path "$root/Cargo.toml"
  ours=$target/inqud-hook
fi
bare=${BARE:-}
if [ -z "$bare" ]; then
  cargo build --release --locked --quiet --manifest-path "$root/Cargo.toml" --example bare_server
  bare=$target/examples/bare_server
fi
ours=$(realpath "$ours") bare=$(realpath "$bare")
wrk=${WRK:-$(command -v wrk || true)}
webhook=${WEBHOOK:-$(command -v webhook || true)}
[ -n "$wrk" ] || { say "wrk is missing"; exit 1; }

cd "$work"
python3 "$here/serving.py" bodies "$work" "$root/payloads/calypso/samples/INVOICE_PAID.json"

# contestant NAME WORDS…; PORT stands for a free port, JOURNAL for a new file
contestant() { printf '%q ' "${@:2}" >"$work/$1.cmd"; }

listen=("$ours" listen 0 --secret-file secret)
contestant ours "${listen[@]}"
# Itself once more: a difference that is no larger than this one says nothing.
contestant ours-again "${listen[@]}"
contestant bare "$bare"
contestant unsynced "${listen[@]}" --journal JOURNAL --sync none
contestant synced "${listen[@]}" --journal JOURNAL
all=(ours ours-again bare unsynced synced)
if [ -n "$webhook" ]; then
  contestant webhook "$webhook" -hooks unmet.json -ip 127.0.0.1 -port PORT
  # Its rule is met, and it runs /bin/true.
  contestant webhook-runs "$webhook" -hooks met.json -ip 127.0.0.1 -port PORT
  all+=(webhook webhook-runs)
else
  say "webhook is missing: its rows are left out"
fi

# The measuring ---------------------------------------------------------------------------------------------------

server= client=
if [ "${PIN:-1}" != 0 ] && [ "$(nproc)" -ge 2 ] && command -v taskset >/dev/null; then
  server=0 client=1
fi
say "load: $(uptime | sed 's/.*load average/load average/'); $(nproc) processors, ${server:+server and client pinned}"
for connections in ${CONNECTIONS:-10 100}; do
  python3 "$here/serving.py" measure "$work" "$wrk" "$rounds" "$each" "$connections" "$server" "$client" "${all[@]}"
done
