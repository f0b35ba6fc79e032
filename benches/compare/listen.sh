#!/usr/bin/env bash
# Measures `listen` against Debian's webhook, against a bare epoll server that checks nothing, and against a bare hyper server
# with the same limits, and shows which goals are met.
#
# The contestants of a row run in turn: medians, their ratio, and the smallest and largest ratio of a round. Only the
# ratios are meaningful. wrk sends bodies of 400 bytes, signed, 40,000 different ones, which is more than
# `listen` remembers, so that none is a duplicate. Output and journals go to files on the disk of the folder for
# temporary files.
#
#   SECONDS_EACH=2 how long each round takes
#   ROUNDS=5       rounds per contestant
#   TRIES=10       how often a round is repeated if other processes disturb it
#   PIN=0          let the system place server and client; else each gets a processor
#   CONNECTIONS="10 100"
#   WRK=…  WEBHOOK=…  the peers, if they are not on PATH
#   INQUD_HOOK=…   a binary that is already built
#   EPOLL=…  HYPER=…  the bare servers, if they are already built
#   RESULTS=…      a file to which the ratios with a goal are appended
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
epoll=${EPOLL:-} hyper=${HYPER:-}
if [ -z "$epoll" ] || [ -z "$hyper" ]; then
  cargo build --release --locked --quiet --manifest-path "$root/Cargo.toml" --example bare_epoll --example bare_server
  epoll=${epoll:-$target/examples/bare_epoll} hyper=${hyper:-$target/examples/bare_server}
fi
ours=$(realpath "$ours") epoll=$(realpath "$epoll") hyper=$(realpath "$hyper")
wrk=${WRK:-$(command -v wrk || true)}
webhook=${WEBHOOK:-$(command -v webhook || true)}
[ -n "$wrk" ] || { say "wrk is missing"; exit 1; }

cd "$work"
python3 "$here/serving.py" bodies "$work" "$root/payloads/calypso/samples/INVOICE_PAID.json"

# contestant NAME WORDS…; PORT stands for a free port, JOURNAL for a new file
contestant() { printf '%q ' "${@:2}" >"$work/$1.cmd"; }

listen=("$ours" listen 0 --secret-file secret)
contestant ours "${listen[@]}"
# The tool against itself: differences no larger than this are noise.
contestant ours-again "${listen[@]}"
contestant epoll "$epoll"
contestant hyper "$hyper"
contestant unsynced "${listen[@]}" --journal JOURNAL --sync none
contestant synced "${listen[@]}" --journal JOURNAL
all=(ours ours-again epoll hyper unsynced synced)
if [ -n "$webhook" ]; then
  contestant webhook "$webhook" -hooks unmet.json -ip 127.0.0.1 -port PORT
  # Its rule matches, and it runs /bin/true.
  contestant webhook-runs "$webhook" -hooks met.json -ip 127.0.0.1 -port PORT
  all+=(webhook webhook-runs)
else
  say "webhook is missing: leaving out its rows"
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
