#!/usr/bin/env bash
# The steps of action.yml, one word each. They are here so that a linter reads them and anybody can run them.
#
#   fetch   finds a binary: the one that was named, or that of the release; else says what is to be built
#   build   builds the action's own checkout
#   run     validates, annotates, and ends with the tool's exit code
#
# Inputs come through the environment and never through the text of a command. Kept to bash 3.2, which macOS has.
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

# The folders that a release is unpacked into and a build is installed into, and the binary's name.
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
    command -v -- "$INPUT_BINARY" >/dev/null || fail "there is no program $INPUT_BINARY (input binary)"
    output binary "$INPUT_BINARY"
    return
  fi
  own=$(sed -n '/^version = "/{s/.*"\(.*\)".*/\1/p;q;}' "$GITHUB_ACTION_PATH/Cargo.toml")
  wanted=${INPUT_VERSION#v}
  case $wanted in
    *[!0-9A-Za-z.+-]*) fail "$wanted is no version (input version)" ;;
    '')
      # A tag of this version, or one that moves with it, as v0 does. A branch or a commit may be ahead of the release.
      case v$own in "$ACTION_REF" | "$ACTION_REF".*) wanted=$own ;; esac
      ;;
  esac
  if [ -n "$wanted" ] && download "$wanted"; then
    output binary "$downloads/inqud-hook-$wanted-$target/$program"
    return
  fi
  if [ -n "$INPUT_VERSION" ]; then
    fail "release $wanted could not be had for $RUNNER_OS $RUNNER_ARCH (input version)"
  fi
  output build true
  output root "$root"
  output binary "$root/bin/$program"
  # What was built on a newer image does not start on an older one.
  output key "inqud-hook-$RUNNER_OS-${ImageOS:-}-$RUNNER_ARCH-$own-$(fingerprint)"
}

# Fetches and unpacks a release; false where there is none. It never goes on with an archive that is not the one listed.
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
  # From within: to tar, the colon of a Windows path separates a host.
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

# What the binary is made of.
fingerprint() {
  cd "$GITHUB_ACTION_PATH"
  find Cargo.toml Cargo.lock build.rs src payloads -type f | LC_ALL=C sort | xargs cat | checksum | cut -c 1-16
}

# build -----------------------------------------------------------------------------------------------------------

build() {
  prepare
  command -v cargo >/dev/null || fail "there is no release for this ref and no cargo to build it with"
  # From within: a rust-toolchain file of the caller's repository is not meant for this.
  cd "$GITHUB_ACTION_PATH"
  CARGO_TARGET_DIR=$RUNNER_TEMP/inqud-hook-target cargo install --path . --locked --root "$root" --bin inqud-hook
}

# run -------------------------------------------------------------------------------------------------------------

# Adds --deny RULE, --warn RULE or --allow RULE for each rule of an input, separated by commas, spaces or lines.
add_rules() {
  local rule
  while read -r rule; do
    if [ -n "$rule" ]; then options+=("--$1=$rule"); fi
  done < <(printf '%s\n' "$2" | tr -s ', \t\r' '\n')
}

# Adds what a line of `paths` names: a file or a folder as it is written, spaces included; with *, ? or [ a pattern, also
# where a file has just that name, which is then one of those that are meant. All become absolute: only those does the
# runner turn into names of the repository, `./a` and `a\b` it would leave as they are.
add_paths() {
  local IFS='' path own=$1
  local -a found
  found=("$1")
  # shellcheck disable=SC2206 # A pattern is meant to be one; IFS keeps its spaces.
  case $1 in *[*?[]*) found=($1) ;; esac
  # `a[1].json` does not fit itself.
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
  [ ${#paths[@]} -gt 0 ] || fail "name the files or folders with captured bodies (input paths)"
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
  # Annotations count nothing, and the runner shows the first ten of a sort alone.
  summary=$(validate json 2>/dev/null | tail -n 1) || true
  for name in bodies invalid errors warnings; do
    number=$(printf '%s' "$summary" | sed -n "s/.*\"type\":\"summary\".*\"$name\":\([0-9]*\).*/\1/p")
    output "$name" "$number"
    told="$told${told:+, }$name: ${number:-unknown}"
  done
  echo "$told"
  if [ "$code" -gt 1 ]; then fail "something could not be validated; the lines above say what"; fi
  exit "$code"
}

case ${1:-} in
  fetch | build | run) "$1" ;;
  *) fail "say fetch, build or run" ;;
esac
