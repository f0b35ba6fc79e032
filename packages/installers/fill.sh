#!/usr/bin/env bash
# fill.sh VERSION DIST: writes install.sh and the Homebrew formula of a release to DIST, with the checksums of DIST/SHA256SUMS.
set -euo pipefail

version=${1:?name the version}
dist=$(cd "${2:?name the folder of the archives}" && pwd)
cd "$(dirname "$0")"

repository=$(sed -n 's/^repository = "\(.*\)"$/\1/p' ../../Cargo.toml)
edits=(-e "s|@VERSION@|$version|g" -e "s|@REPOSITORY@|$repository|g")
while read -r sum name; do
  case $name in
    "inqud-hook-$version-"*.tar.gz)
      target=${name#"inqud-hook-$version-"}
      edits+=(-e "s|@${target%.tar.gz}@|$sum|g")
      ;;
  esac
done <"$dist/SHA256SUMS"
for name in install.sh inqud-hook.rb; do
  sed "${edits[@]}" "$name" >"$dist/$name"
  if missing=$(grep -o '@[A-Za-z0-9_-]\+@' "$dist/$name"); then
    echo "$name: no archive for ${missing//$'\n'/, }" >&2
    exit 1
  fi
done
