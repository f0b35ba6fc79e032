#!/usr/bin/env bash
# pack.sh DEB --target TARGET --binary PATH [--manual DIR]: makes the Debian package DEB of a built binary, with completions
# and manual pages. DIR has the pages for a binary that does not run on this machine; otherwise it prints them.
#
# [package.metadata.deb] in Cargo.toml says what is in the package. Needs cargo-deb.
set -euo pipefail

usage='usage: pack.sh DEB --target TARGET --binary PATH [--manual DIR]'
deb=${1:?$usage}
shift
target='' binary='' manual=''
while [ $# -gt 1 ]; do
  case $1 in
    --target) target=$2 ;;
    --binary) binary=$(realpath "$2") ;;
    --manual) manual=$(realpath "$2") ;;
    *) break ;;
  esac
  shift 2
done
if [ $# != 0 ] || [ -z "$target" ] || [ -z "$binary" ]; then
  echo "$usage" >&2
  exit 2
fi
mkdir -p "$(dirname "$deb")"
deb=$(realpath "$deb")
cd "$(dirname "$0")/../.."

# Where Cargo.toml expects the pages, and cargo-deb a build; one at a time.
built=target/deb
mkdir -p target
exec 9>target/deb.lock
flock 9
rm -rf "$built"
mkdir -p "$built/$target/release"
install -m 755 "$binary" "$built/$target/release/inqud-hook"
if [ -n "$manual" ]; then
  cp -R "$manual" "$built/man"
else
  "$binary" man --dir "$built/man" 2>/dev/null
fi
CARGO_TARGET_DIR=$built cargo deb --quiet --no-build --no-strip --locked --target "$target" --output "$deb"
rm -rf "$built"
