#!/usr/bin/env bash
# The steps of action.yml, one word each. In a file of their own so that shellcheck can read and anyone can run them.
#
#   fetch   finds a binary: the given one or the release's; else reports that one has to be built
#   build   builds the action's checkout
#   run     validates, annotates, and exits with the tool's code
#
# Inputs come from the environment, never from the text of a command. Written for bash 3.2, which macOS ships.
set -euo pipefail

fail() {
  local text=$*
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::error title=inqud-hook::%s\n' "$text"
  exit 2
}

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

checksum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# The folders for an unpacked release and for a build, and the binary's name.
prepare() {
  downloads=$RUNNER_TEMP/inqud-hook/release
  root=$RUNNER_TEMP/inqud-hook/built
  program=inqud-hook
  if [ "$RUNNER_OS" = Windows ]; then program=inqud-hook.exe; fi
}

# fetch -----------------------------------------------------------------------------------------------------------

fetch() {
  local own wanted
  prepare
  if [ -n "$INPUT_BINARY" ]; then
    command -v -- "$INPUT_BINARY" >/dev/null || fail "program not found: $INPUT_BINARY (input binary)"
    output binary "$INPUT_BINARY"
    return
  fi
  own=$(sed -n '/^version = "/{s/.*"\(.*\)".*/\1/p;q;}' "$GITHUB_ACTION_PATH/Cargo.toml")
  wanted=${INPUT_VERSION#v}
  case $wanted in
    *[!0-9A-Za-z.+-]*) fail "not a valid version: $wanted (input version)" ;;
    '')
      # A tag of this version, or a moving one such as v0. A branch or a commit may be ahead of the release.
      case v$own in "$ACTION_REF" | "$ACTION_REF".*) wanted=$own ;; esac
      ;;
  esac
  if [ -n "$wanted" ] && download "$wanted"; then
    output binary "$downloads/inqud-hook-$wanted-$target/$program"
    return
  fi
  if [ -n "$INPUT_VERSION" ]; then
    fail "cannot download release $wanted for $RUNNER_OS $RUNNER_ARCH (input version)"
  fi
  output build true
  output root "$root"
  output binary "$root/bin/$program"
  # A binary built on a newer image may not start on an older one.
  output key "inqud-hook-$RUNNER_OS-${ImageOS:-}-$RUNNER_ARCH-$own-$(fingerprint)"
}

# Downloads and unpacks a release; returns false if there is none. Stops if the archive's checksum is wrong.
download() {
  local archive ending=tar.gz expected name
  case $RUNNER_OS-$RUNNER_ARCH in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ending=zip ;;
    *) return 1 ;;
  esac
  archive=inqud-hook-$1-$target.$ending
  # Run inside the folder: tar takes the colon of a Windows path for a host.
  { mkdir -p "$downloads" && cd "$downloads"; } || fail "$downloads cannot be written to"
  for name in SHA256SUMS "$archive"; do
    curl --fail --silent --show-error --location --proto-redir '=https' --retry 3 --output "$name" \
      "$RELEASES/v$1/$name" || return 1
  done
  expected=$(awk -v name="$archive" '$2 == name { print $1 }' SHA256SUMS)
  [ -n "$expected" ] || fail "the checksums of release $1 do not list $archive"
  [ "$(checksum "$archive" | cut -d ' ' -f 1)" = "$expected" ] ||
    fail "$archive is not what the checksums of release $1 say"
  case $ending in
    zip) unzip -q -o "$archive" ;;
    *) tar -xzf "$archive" ;;
  esac
}

# A hash of the binary's sources.
fingerprint() {
  cd "$GITHUB_ACTION_PATH"
  find Cargo.toml Cargo.lock build.rs src payloads -type f | LC_ALL=C sort | xargs cat | checksum | cut -c 1-16
}

# build -----------------------------------------------------------------------------------------------------------

build() {
  prepare
  command -v cargo >/dev/null || fail "no release for this ref, and cargo is missing to build it"
  # Run inside the checkout: a rust-toolchain file of the caller's repository must not apply.
  cd "$GITHUB_ACTION_PATH"
  CARGO_TARGET_DIR=$RUNNER_TEMP/inqud-hook-target cargo install --path . --locked --root "$root" --bin inqud-hook
}

# run -------------------------------------------------------------------------------------------------------------

# Adds --deny RULE, --warn RULE or --allow RULE for each rule of an input, separated by commas, spaces or newlines.
add_rules() {
  local rule
  while read -r rule; do
    if [ -n "$rule" ]; then options+=("--$1=$rule"); fi
  done < <(printf '%s\n' "$2" | tr -s ', \t\r' '\n')
}

# Adds the files of one line of `paths`: a file or folder, spaces included; or a pattern if it contains *, ? or [, to which
# a file of exactly that name is added. All paths become absolute: the runner maps only those to files of the repository,
# and leaves `./a` and `a\b` unchanged.
add_paths() {
  local IFS='' path own=$1
  local -a found
  found=("$1")
  # shellcheck disable=SC2206 # Expands the pattern; IFS keeps its spaces.
  case $1 in *[*?[]*) found=($1) ;; esac
  # The pattern `a[1].json` does not match the file `a[1].json`.
  for path in "${found[@]}"; do
    if [ "$path" = "$1" ]; then own=''; fi
  done
  if [ -n "$own" ] && [ -e "$own" ]; then found+=("$own"); fi
  for path in "${found[@]}"; do
    case $path in
      /* | [A-Za-z]:*) ;;
      . | ./) path=$GITHUB_WORKSPACE ;;
      *) path=$GITHUB_WORKSPACE/${path#./} ;;
    esac
    paths+=("$path")
  done
}

run() {
  local code=0 line name number summary told=''
  options=() paths=()
  cd "$GITHUB_WORKSPACE"
  while read -r line; do
    if [ -n "$line" ]; then add_paths "$line"; fi
  done < <(printf '%s\n' "$INPUT_PATHS")
  [ ${#paths[@]} -gt 0 ] || fail "give the files or folders with captured bodies (input paths)"
  while read -r line; do
    if [ -n "$line" ]; then options+=("--catalog=$line"); fi
  done < <(printf '%s\n' "$INPUT_CATALOG")
  add_rules deny "$INPUT_DENY"
  add_rules warn "$INPUT_WARN"
  add_rules allow "$INPUT_ALLOW"

  # An empty array counts as unset in bash 3.2.
  validate() { "$BINARY" validate --format "$1" ${options[@]+"${options[@]}"} -- "${paths[@]}" </dev/null; }
  validate github || code=$?
  output exit-code "$code"
  # Annotations have no totals, and the runner shows only the first ten of each kind.
  summary=$(validate json 2>/dev/null | tail -n 1) || true
  for name in bodies invalid errors warnings; do
    number=$(printf '%s' "$summary" | sed -n "s/.*\"type\":\"summary\".*\"$name\":\([0-9]*\).*/\1/p")
    output "$name" "$number"
    told="$told${told:+, }$name: ${number:-unknown}"
  done
  echo "$told"
  if [ "$code" -gt 1 ]; then fail "some inputs could not be validated, see the lines above"; fi
  exit "$code"
}

case ${1:-} in
  fetch | build | run) "$1" ;;
  *) fail "usage: validate.sh fetch|build|run" ;;
esac
