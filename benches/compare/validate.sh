#!/usr/bin/env bash
# Measures `validate` against other validators and against the limits of the machine, and shows which goals are met.
#
# The contestants of a row run in turn: medians, their ratio, and the smallest and largest ratio of a round. Only the
# ratios are meaningful. The peers check payloads/inqud/schemas/checkout.json, which is plain 2020-12.
#
#   COUNT=100000   how many bodies
#   ROUNDS=7       how often each pair runs
#   FULL=1         also the peak memory over a stream of 2 GiB
#   KEEP=1         keep the bodies
#   RESULTS=…      a file to which the ratios with a goal are appended
#   JSONSCHEMA_CLI=…  SOURCEMETA=…   the peers, if they are not on PATH; else they are installed into a cache folder
#   AJV=…  CHECK_JSONSCHEMA=…        two more, which all.sh installs
#   INQUD_HOOK=…   a binary that is already built
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
count=${COUNT:-100000}
rounds=${ROUNDS:-7}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inqud-hook-bench
say() { printf '%s\n' "$*" >&2; }

work=$(mktemp -d)
if [ "${KEEP:-}" = 1 ]; then say "the bodies stay in $work"; else trap 'rm -rf "$work"' EXIT; fi

# The contestants -------------------------------------------------------------------------------------------------

if [ -n "${INQUD_HOOK:-}" ]; then
  ours=$INQUD_HOOK
else
  cargo build --release --locked --quiet --manifest-path "$root/Cargo.toml"
  ours=${CARGO_TARGET_DIR:-$root/target}/release/inqud-hook
fi
# Copies, as an installer makes one and the peers are: what a linker wrote lies in the page cache in small pieces, and
# starts slower.
cp "$ours" "$work/inqud-hook"
ours=$work/inqud-hook
rustc -O -o "$work/readall" "$here/readall.rs"
printf 'fn main() { println!("hello") }\n' | rustc -O --crate-name hello -o "$work/linked" -
cp "$work/linked" "$work/hello"

jsonschema_cli=${JSONSCHEMA_CLI:-$(command -v jsonschema-cli || true)}
if [ -z "$jsonschema_cli" ]; then
  [ -x "$cache/bin/jsonschema-cli" ] || cargo install --quiet --locked --root "$cache" jsonschema-cli || true
  jsonschema_cli=$cache/bin/jsonschema-cli
fi

# The package is a Node program that starts a native one; the native one is measured, without Node's start.
native_in() {
  find "$1" -type f -name "jsonschema-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)*" ! -name '*musl*' | head -n 1
}
sourcemeta=${SOURCEMETA:-}
if [ -z "$sourcemeta" ]; then
  wrapper=$(command -v jsonschema || true)
  # A Python program is called `jsonschema` too, so this one is run from its package.
  [ -n "$wrapper" ] && case $(readlink -f "$wrapper") in
    */@sourcemeta/jsonschema/*) sourcemeta=$(native_in "$(dirname "$(readlink -f "$wrapper")")/..") ;;
  esac
fi
if [ -z "$sourcemeta" ] && command -v npm >/dev/null; then
  [ -d "$cache/node_modules/@sourcemeta/jsonschema" ] || npm install --silent --prefix "$cache" @sourcemeta/jsonschema >&2 || true
  [ -d "$cache/node_modules/@sourcemeta/jsonschema" ] && sourcemeta=$(native_in "$cache/node_modules/@sourcemeta/jsonschema")
fi

ajv=${AJV:-$(command -v ajv || true)}
check_jsonschema=${CHECK_JSONSCHEMA:-$(command -v check-jsonschema || true)}

# The bodies ------------------------------------------------------------------------------------------------------

python3 "$here/bodies.py" "$work/bodies" "$count"
cd "$work/bodies"
cp "$root/payloads/inqud/schemas/checkout.json" "$work/schema.json"
schema=$work/schema.json
"$ours" validate good.jsonl good >/dev/null || { say "a good body was rejected"; exit 1; }
bad=$("$ours" validate bad.jsonl --format json | tail -n 1 || true)
case $bad in
  *'"invalid":'"$count,"*'"errors":'"$((2 * count)),"*) ;;
  *) say "not every bad body has its two errors: $bad"; exit 1 ;;
esac

# The measuring ---------------------------------------------------------------------------------------------------

# command NAME WORDS…: one more command of a contestant.
command_of() {
  local name=$1
  shift
  printf '%q ' "$@" >>"$work/$name.cmd"
  printf '\n' >>"$work/$name.cmd"
}
# row TITLE KEY ROUNDS OVER UNDER [OUT]
row() {
  local title=$1 key=$2 times=$3 over=$4 under=$5
  python3 "$here/pairs.py" ratio "$title" "$key" "$times" "$work/$over.cmd" "$work/$under.cmd" "${@:6}"
}
have() { [ -n "$1" ] && [ -x "$1" ]; }

command_of one "$ours" validate one.json
command_of good "$ours" validate good.jsonl
command_of good_json "$ours" validate good.jsonl --format json --output "$work/out.json"
command_of bad_json "$ours" validate bad.jsonl --format json --output "$work/out.json"
# Without -v, people are shown three findings of each sort, and the rest is counted.
command_of bad_human "$ours" validate -v bad.jsonl
command_of bad_folded "$ours" validate bad.jsonl
command_of files "$ours" validate good
command_of true /bin/true
command_of hello "$work/hello"
command_of readall "$work/readall" good
command_of wc wc -l good.jsonl
if have "$jsonschema_cli"; then
  command_of one_peer "$jsonschema_cli" validate "$schema" -i one.json
  # More files do not fit on one command line.
  mapfile -t names < <(find good -name '*.json' | sort)
  for ((first = 0; first < ${#names[@]}; first += 20000)); do
    batch=()
    for name in "${names[@]:first:20000}"; do batch+=(-i "$name"); done
    command_of files_peer "$jsonschema_cli" validate "$schema" "${batch[@]}"
  done
else
  say "jsonschema-cli is missing: leaving out its rows"
fi
if have "$sourcemeta"; then
  command_of good_peer "$sourcemeta" validate --fast "$schema" good.jsonl
else
  say "sourcemeta's jsonschema is missing: leaving out its row"
fi

if have "$ajv"; then
  # By default it rejects keywords that begin with x-.
  ajv_words=("$ajv" validate --spec=draft2020 --strict=false -c ajv-formats -s "$schema" -d)
  command_of one_ajv "${ajv_words[@]}" one.json
  command_of files_ajv "${ajv_words[@]}" 'good/*.json'
else
  say "ajv-cli is missing: leaving out its rows"
fi
if have "$check_jsonschema"; then
  command_of one_check "$check_jsonschema" --schemafile "$schema" one.json
else
  say "check-jsonschema is missing: leaving out its row"
fi

say "load: $(uptime | sed 's/.*load average/load average/'); $(nproc) processors; $("$ours" --version)"
if command -v valgrind >/dev/null; then
  valgrind --quiet --tool=callgrind --callgrind-out-file="$work/callgrind.out" "$ours" validate one.json >/dev/null
  millions=$(awk '/^(summary|totals):/ { printf "%.2f", $2 / 1e6; exit }' "$work/callgrind.out")
  say "one file: $millions million instructions"
  python3 "$here/goals.py" record one/instructions "$millions"
fi
echo "| A / B, milliseconds | A: median (min-max) | B: median (min-max) | A/B (each round) | goal | |"
echo "|---|---|---|---|---|---|"
if have "$jsonschema_cli"; then
  row "one file: ours / jsonschema-cli" one/jsonschema-cli $((rounds * 30)) one one_peer
fi
if have "$ajv"; then row "one file: ajv-cli / ours" - "$rounds" one_ajv one; fi
if have "$check_jsonschema"; then row "one file: check-jsonschema / ours" - "$rounds" one_check one; fi
row "one file: ours / a Rust hello" one/hello $((rounds * 30)) one hello
row "one file: ours / true" - $((rounds * 30)) one true
if have "$sourcemeta"; then
  row "$count good bodies: sourcemeta --fast / ours" good/sourcemeta "$rounds" good_peer good
fi
row "$count good bodies: ours / wc -l" good/wc "$rounds" good wc
if command -v jq >/dev/null; then
  command_of jq jq -c empty good.jsonl
  row "$count good bodies: jq empty / ours" - "$rounds" jq good
fi
row "$count bodies, JSON to a file: all bad / good, human" - "$rounds" bad_json good
row "$count bodies, JSON to a file: all bad / good" - "$rounds" bad_json good_json
row "$count bodies, code frames of all findings to a file: all bad / good" bad/good "$rounds" bad_human good "$work/out.txt"
row "$count bodies, three code frames of each sort to a file: all bad / good" - "$rounds" bad_folded good "$work/out.txt"
if have "$jsonschema_cli"; then
  row "$count files: jsonschema-cli / ours" files/jsonschema-cli "$rounds" files_peer files
fi
if have "$ajv"; then row "$count files: ajv-cli / ours" - "$rounds" files_ajv files; fi
row "$count files: ours / only open, read, close" files/readall "$rounds" files readall
if [ "${FULL:-}" = 1 ]; then
  size=$(wc -c <good.jsonl)
  python3 "$here/pairs.py" peak "peak memory over a stream" "<=64" good.jsonl $(((2 << 30) / size + 1)) "$(printf '%q ' "$ours" validate -)"
fi
