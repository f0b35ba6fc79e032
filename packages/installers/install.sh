#!/bin/sh
# Installs inqud-hook @VERSION@ for this user, without root: downloads the archive for this machine, verifies its checksum,
# and copies the binary to ~/.local/bin.
#
#   sh install.sh [--to DIR] [--from URL]
#
# --to is another folder for the binary; --from is another place for the archive: a URL, or a folder of this machine.
set -eu

version='@VERSION@'
from='@REPOSITORY@/releases/download/v@VERSION@'
to=${HOME:+$HOME/.local/bin}

fail() {
  echo "error: $1" >&2
  [ $# = 1 ] || echo "hint: $2" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --to | --from) [ $# -gt 1 ] || fail "$1 needs a value" ;;
    *) fail "unknown argument: $1" "usage: install.sh [--to DIR] [--from URL]" ;;
  esac
  case $1 in
    --to) to=$2 ;;
    --from) from=$2 ;;
  esac
  shift 2
done

[ -n "$to" ] || fail "HOME is not set" "give a folder with --to"

# On Linux the static binary is for every libc.
case $(uname -s)-$(uname -m) in
  Linux-x86_64 | Linux-amd64) target=x86_64-unknown-linux-musl sha256=@x86_64-unknown-linux-musl@ ;;
  Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-musl sha256=@aarch64-unknown-linux-musl@ ;;
  Darwin-x86_64) target=x86_64-apple-darwin sha256=@x86_64-apple-darwin@ ;;
  Darwin-arm64) target=aarch64-apple-darwin sha256=@aarch64-apple-darwin@ ;;
  *) fail "there is no binary for $(uname -s) on $(uname -m)" "build it with Rust: cargo install inqud-hook" ;;
esac
name=inqud-hook-$version-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive=$work/$name.tar.gz

case $from in
  https://*)
    if command -v curl >/dev/null; then
      curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$archive" "$from/$name.tar.gz"
    elif command -v wget >/dev/null; then
      wget --quiet --output-document="$archive" "$from/$name.tar.gz"
    else
      fail "neither curl nor wget is installed"
    fi || fail "cannot download $from/$name.tar.gz"
    ;;
  *) cp "$from/$name.tar.gz" "$archive" || fail "cannot read $from/$name.tar.gz" "give a folder, or a URL with https://" ;;
esac

if command -v sha256sum >/dev/null; then
  found=$(sha256sum "$archive")
else
  found=$(shasum -a 256 "$archive")
fi
[ "${found%% *}" = "$sha256" ] ||
  fail "$name.tar.gz has another checksum than release $version; nothing was installed"

tar -C "$work" -xzf "$archive"
mkdir -p "$to"
to=$(cd "$to" && pwd)
# Moved into place, so that a running inqud-hook is not written to.
cp "$work/$name/inqud-hook" "$to/.inqud-hook-$$"
chmod 755 "$to/.inqud-hook-$$"
mv -f "$to/.inqud-hook-$$" "$to/inqud-hook"
echo "installed inqud-hook $version as $to/inqud-hook (checksum verified)"
case :${PATH:-}: in
  *:"$to":*) echo "try: inqud-hook send INVOICE_PAID" ;;
  *) echo "$to is not in your PATH; to add it: export PATH=\"$to:\$PATH\"" ;;
esac
