#!/usr/bin/env bash
# repack.sh BINARIES OUT: packs the binaries of a release, the same bytes for every channel. BINARIES has a folder for each
# target, with its binary. OUT gets
#
#   npm/, pypi/     packages for those registries
#   assets/         Debian packages, named without a version, so that the address of the latest one never changes
#   image/ARCH/     the files of the container image: what the Dockerfile's stage `build` would have made
#
# Needs Node, Python and cargo-deb.
set -euo pipefail

binaries=$(realpath "${1:?name the folder of the binaries}")
mkdir -p "${2:?name the folder for the packages}"
out=$(realpath "$2")
cd "$(dirname "$0")/../.."

manual=$(mktemp -d)
trap 'rm -rf "$manual"' EXIT
# Files from a workflow's artifact have lost their executable bit.
chmod +x "$binaries"/*/inqud-hook*
"$binaries/$(uname -m)-unknown-linux-musl/inqud-hook" man --dir "$manual"

packages/npm/pack.mjs "$out/npm"
for folder in "$binaries"/*/; do
  target=$(basename "$folder")
  binary=$(echo "$folder"inqud-hook*)
  packages/npm/pack.mjs "$out/npm" --target "$target" --binary "$binary"
  packages/pypi/wheel.py "$out/pypi" --target "$target" --binary "$binary"
  case $target in
    x86_64-*-musl) arch=amd64 ;;
    aarch64-*-musl) arch=arm64 ;;
    *) continue ;;
  esac
  packages/deb/pack.sh "$out/assets/inqud-hook_$arch.deb" --target "$target" --binary "$binary" --manual "$manual"
  image=$out/image/$arch
  mkdir -p "$image/build" "$image/etc/ssl/certs"
  cp "$binary" LICENSE-APACHE LICENSE-MIT "$image/build/"
  cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
done
