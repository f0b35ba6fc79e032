#!/usr/bin/env bash
# Measures `send` against load generators and curl on an endpoint of our own, and shows which goals are met.
#
# The contestants of a row run in turn: medians, their ratio, and the smallest and largest ratio of a round. Only the
# ratios are meaningful. This tool makes and signs
# a new body each time; the peers repeat the bytes of one of them.
#
#   COUNT=100000   how many requests a burst has
#   SECONDS_EACH=3 how long each rate is kept
#   ROUNDS=5       rounds per contestant
#   TRIES=10       how often a round is repeated if other processes disturb it
#   PIN=0          let the system place endpoint and clients; else the endpoint has one processor and they another
#   PEERS_ONLY=1   measure the peers only, without building this tool
#   OHA=…  HEY=…  WRK=…  CURL=…  XH=…   the peers, if they are not on PATH; else oha is installed into a cache folder
#   PACE=0         leave out the table of rates
#   INQUD_HOOK=…   a binary that is already built
#   INQUD_HOOK_MUSL=…  one that is built for musl, for one more row of single deliveries
#   RESULTS=…      a file to which the ratios with a goal are appended
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
count=${COUNT:-100000}
each=${SECONDS_EACH:-3}
rounds=${ROUNDS:-5}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inqud-hook-bench
say() { printf '%s\n' "$*" >&2; }
export PYTHONDONTWRITEBYTECODE=1 NO_COLOR=1 no_proxy=127.0.0.1 NO_PROXY=127.0.0.1

work=$(mktemp -d)
endpoint=
cleanup() {
  [ -z "$endpoint" ] || kill "$endpoint" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

# The contestants -------------------------------------------------------------------------------------------------

ours=${INQUD_HOOK:-}
if [ "${PEERS_ONLY:-}" = 1 ]; then
  ours=
elif [ -z "$ours" ]; then
  cargo build --release --locked --quiet --manifest-path "$root/Cargo.toml"
  ours=${CARGO_TARGET_DIR:-$root/target}/release/inqud-hook
fi
if [ -n "$ours" ]; then
  # The clients run in the folder with the bodies.
  ours=$(realpath "$ours")
  # A copy, as an installer makes one and the peers are: what a linker wrote lies in the page cache in small pieces, and
  # starts slower.
  cp "$ours" "$work/inqud-hook"
  ours=$work/inqud-hook
  if ! "$ours" send --help >/dev/null 2>&1; then
    say "$ours has no \`send\`, measuring the peers only"
    ours=
  fi
fi
rustc --edition 2024 -O -o "$work/endpoint" "$here/endpoint.rs"

musl=${INQUD_HOOK_MUSL:+$(realpath "$INQUD_HOOK_MUSL")}

oha=${OHA:-$(command -v oha || true)}
if [ -z "$oha" ]; then
  [ -x "$cache/bin/oha" ] || cargo install --quiet --locked --root "$cache" oha || true
  oha=$cache/bin/oha
fi
hey=${HEY:-$(command -v hey || true)}
wrk=${WRK:-$(command -v wrk || true)}
curl=${CURL:-$(command -v curl || true)}
xh=${XH:-$(command -v xh || true)}
have() { [ -n "$1" ] && [ -x "$1" ]; }
for peer in oha hey wrk curl xh; do
  have "${!peer}" || say "$peer is missing: leaving out its rows"
done

# The endpoint ----------------------------------------------------------------------------------------------------

# With two processors the scheduler sometimes puts both sides on one, which halves the rate of a round. So every load
# generator has one processor, like this tool.
server=() client=()
if [ "${PIN:-1}" != 0 ] && [ "$(nproc)" -ge 2 ] && command -v taskset >/dev/null; then
  server=(taskset -c 0) client=(taskset -c 1)
fi
"${server[@]}" "$work/endpoint" >"$work/port" &
endpoint=$!
export ENDPOINT_PID=$endpoint
for ((tries = 0; tries < 100; tries++)); do
  [ -s "$work/port" ] && break
  sleep 0.05
done
url=http://127.0.0.1:$(<"$work/port")/
loads() { "${client[@]}" python3 "$here/loads.py" "$@"; }

cd "$work"
if [ -n "$ours" ]; then
  "$ours" send INVOICE_PAID --to "$url" --count 1000 --concurrency 10 --format json >first.txt ||
    { say "this tool cannot deliver to the endpoint"; exit 1; }
  loads fixed "$url" "$work"
else
  loads fixed "$url" "$work" "$root/payloads/calypso/samples/INVOICE_PAID.json"
fi
headers=() items=()
while IFS= read -r line; do
  headers+=(-H "$line")
  items+=("${line%%:*}:${line#*: }")
done <headers.txt

# The measuring ---------------------------------------------------------------------------------------------------

# contestant NAME WORDS…
contestant() { printf '%q ' "${@:2}" >"$work/$1.cmd"; }

say "load: $(uptime | sed 's/.*load average/load average/'); $(nproc) processors, ${client[*]:-not pinned}"
echo "| burst of $count | requests/s: median (min-max) | by its own word | client CPU us/request | client busy | ours / it (each round) | goal | CPU ours / it (each round) |"
echo "|---|---|---|---|---|---|---|---|"
for connections in 10 100; do
  echo "| **$connections connections** | | | | | | | |"
  all=()
  if [ -n "$ours" ]; then
    burst=("$ours" send INVOICE_PAID --to "$url" --count "$count" --concurrency "$connections" --format json)
    contestant ours "${burst[@]}"
    # The tool against itself: differences no larger than this are noise.
    contestant ours-again "${burst[@]}"
    all+=(ours ours-again)
  fi
  if have "$oha"; then
    contestant oha "$oha" --no-tui --output-format json -n "$count" -c "$connections" -m POST \
      -D body.json -T application/json "${headers[@]}" "$url"
    all+=("oha $connections/oha")
  fi
  if have "$hey"; then
    contestant hey "$hey" -n "$count" -c "$connections" -m POST -D body.json -T application/json "${headers[@]}" "$url"
    all+=(hey)
  fi
  if have "$wrk"; then
    contestant wrk "$wrk" -t 1 -c "$connections" -d 1s -s post.lua -H 'Content-Type: application/json' \
      "${headers[@]}" "$url"
    all+=("wrk $connections/wrk")
  fi
  [ ${#all[@]} -eq 0 ] || loads burst "$url" "$rounds" "$count" "$work" "${all[@]}"
done

once=()
if [ -n "$ours" ]; then
  contestant once_ours "$ours" send INVOICE_PAID --to "$url"
  once+=(ours)
fi
if have "$curl"; then
  contestant once_curl "$curl" -s -o /dev/null -X POST -H 'Content-Type: application/json' "${headers[@]}" \
    --data-binary @body.json "$url"
  once+=(curl)
fi
if have "$xh"; then
  contestant once_xh "$xh" --ignore-stdin --quiet POST "$url" Content-Type:application/json "${items[@]}" @body.json
  once+=(xh)
fi
if [ -n "$musl" ]; then contestant once_musl "$musl" send INVOICE_PAID --to "$url"; fi
contestant once_true /bin/true
once+=(true)
echo
echo "| one delivery a process, A / B, milliseconds | A: median (min-max) | B: median (min-max) | A/B (each round) | goal | |"
echo "|---|---|---|---|---|---|"
repeats=$((rounds * 40))
compare_once() {
  local reference=$1 other=$2 key=$3
  loads reset "$url"
  "${client[@]}" python3 "$here/pairs.py" ratio "$reference / $other" "$key" "$repeats" \
    "once_$reference.cmd" "once_$other.cmd" "$work/printed.txt"
  # pairs.py accepts exit status 1, and a failed delivery is quick.
  wanted=$((repeats + 1))
  [ "$other" = true ] || wanted=$((2 * wanted))
  loads arrived "$url" "$wanted"
}
for other in "${once[@]:1}"; do
  key=-
  [ "${once[0]} $other" != "ours curl" ] || key=once/curl
  compare_once "${once[0]}" "$other" "$key"
done
if [ -n "$musl" ] && have "$curl"; then compare_once musl curl once/curl-musl; fi

[ "${PACE:-1}" != 0 ] || exit 0
echo
echo "| pace for $each s, 10 connections | rate at the endpoint: median (min-max) | off the beat there, us: p50 / p99 | client CPU us/request | late by its own word, us: p50 / p99 / max | goal | |"
echo "|---|---|---|---|---|---|---|"
for rate in 1000 5000; do
  all=()
  if [ -n "$ours" ]; then
    contestant ours "$ours" send INVOICE_PAID --to "$url" --rate "$rate/s" --duration "${each}s" --concurrency 10 --format json
    all+=("ours 100/500")
  fi
  if have "$oha"; then
    contestant oha "$oha" --no-tui --output-format json -q "$rate" -z "${each}s" -c 10 -m POST \
      -D body.json -T application/json "${headers[@]}" "$url"
    all+=(oha)
  fi
  if have "$hey"; then
    # Its rate is per worker.
    contestant hey "$hey" -q $((rate / 10)) -z "${each}s" -c 10 -m POST -D body.json -T application/json \
      "${headers[@]}" "$url"
    all+=(hey)
  fi
  [ ${#all[@]} -eq 0 ] || loads pace "$url" "$rounds" "$rate" "$work" "${all[@]}"
done
