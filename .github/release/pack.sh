#!/usr/bin/env bash
# pack.sh VERSION BINARIES OUT: makes the archives of a release and SHA256SUMS. BINARIES has a folder for each target,
# with its binary. The manual is printed by the binary for this machine, and is the same for all targets.
#
# The same inputs give the same archives: every file in them has the time $SOURCE_DATE_EPOCH.
set -euo pipefail

version=${1:?name the version}
binaries=$(cd "${2:?name the folder of the binaries}" && pwd)
mkdir -p "${3:?name the folder for the archives}"
out=$(cd "$3" && pwd)
cd "$(dirname "$0")/../.."

# The largest static binary, in bytes: 12 MiB.
most=12582912

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
moment=${SOURCE_DATE_EPOCH:-$(date +%s)}

# Files from a workflow's artifact have lost their executable bit.
chmod +x "$binaries"/*/inqud-hook*
mkdir "$work/man"
"$binaries/$(uname -m)-unknown-linux-musl/inqud-hook" man --dir "$work/man"

for folder in "$binaries"/*/; do
  target=$(basename "$folder")
  name=inqud-hook-$version-$target
  mkdir "$work/$name"
  cp "$folder"inqud-hook* LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md "$work/$name/"
  cp -R completions "$work/man" "$work/$name/"
  size=$(stat -c %s "$folder"inqud-hook*)
  echo "$target: $size bytes"
  case $target in
    *-musl)
      if [ "$size" -gt "$most" ]; then
        echo "$target: that is more than $most bytes" >&2
        exit 1
      fi
      ;;
  esac
  find "$work/$name" -exec touch --date "@$moment" {} +
  case $target in
    *-windows-*) (cd "$work" && find "$name" -type f | LC_ALL=C sort | TZ=UTC zip -X -q -@ "$out/$name.zip") ;;
    *)
      tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' -cf - "$name" |
        gzip -9n >"$out/$name.tar.gz"
      ;;
  esac
done
cd "$out"
sha256sum inqud-hook-"$version"-* >SHA256SUMS
