#!/usr/bin/env bash
# notes.sh TAG REPOSITORY: prints the changelog's section for the version of a tag. Fails if the tag is not the version in
# Cargo.toml, if that names another repository, or if the changelog has no dated section for the version.
set -euo pipefail
cd "$(dirname "$0")/../.."

tag=${1:?name the tag}
version=$(sed -n '/^version = "/{s/.*"\(.*\)".*/\1/p;q;}' Cargo.toml)
if [ "$tag" != "v$version" ]; then
  echo "the tag is $tag, but the version in Cargo.toml is $version" >&2
  exit 1
fi
if ! grep -qxF "repository = \"${2:?name the URL of the repository}\"" Cargo.toml; then
  echo "Cargo.toml has no line 'repository = \"$2\"': the packages would name another repository" >&2
  exit 1
fi
if ! grep -qE "^## \[${version//./\\.}\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$" CHANGELOG.md; then
  echo "CHANGELOG.md has no line \"## [$version] - YYYY-MM-DD\"" >&2
  exit 1
fi
notes=$(awk -v heading="## [$version] - " '
  /^## / { inside = index($0, heading) == 1; next }
  inside { print }
' CHANGELOG.md)
if [ -z "${notes//[[:space:]]/}" ]; then
  echo "CHANGELOG.md says nothing of $version" >&2
  exit 1
fi
printf '%s\n' "$notes"
