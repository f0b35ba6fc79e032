#!/usr/bin/env python3
"""wheel.py OUT --target TARGET --binary PATH: makes the wheel of one platform, which contains its binary.

Version, description and repository are those of Cargo.toml. The same inputs give the same wheel, byte for byte.
"""

import argparse
import base64
import hashlib
import pathlib
import re
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# The platforms of a release. A static binary needs no libc, so it is for the oldest that pip knows of. macOS names the
# oldest version that Rust's own target is for.
PLATFORMS = {
    "x86_64-unknown-linux-musl": ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"],
    "aarch64-unknown-linux-musl": ["manylinux_2_17_aarch64", "manylinux2014_aarch64", "musllinux_1_1_aarch64"],
    "x86_64-apple-darwin": ["macosx_10_12_x86_64"],
    "aarch64-apple-darwin": ["macosx_11_0_arm64"],
    "x86_64-pc-windows-msvc": ["win_amd64"],
}

METADATA = """\
Metadata-Version: 2.4
Name: inqud-hook
Version: {version}
Summary: {description}
License-Expression: {license}
License-File: LICENSE-APACHE
License-File: LICENSE-MIT
Keywords: webhook,lint,payments,testing,crypto
Project-URL: Source, {repository}
Classifier: Environment :: Console
Classifier: Framework :: Pytest
Classifier: Topic :: Software Development :: Testing
Requires-Python: >=3.8
Description-Content-Type: text/markdown

"""

ENTRY_POINTS = """\
[console_scripts]
inqud-hook = inqud_hook.__main__:main

[pytest11]
inqud_hook = inqud_hook.pytest_plugin
"""


def platforms(target, binary):
    """The tags that are true of this binary. One for glibc, which is not released, needs the glibc whose symbols it has."""
    if not target.endswith("-linux-gnu"):
        return PLATFORMS[target]
    versions = [tuple(map(int, found.split(b"."))) for found in re.findall(rb"GLIBC_(\d+\.\d+)", binary)]
    major, minor = max(versions)
    return [f"manylinux_{major}_{minor}_{target.split('-')[0]}"]


def fields():
    """What Cargo.toml says of the package."""
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    found = dict(re.findall(r'^(version|description|license|repository) = "(.*)"$', manifest, re.MULTILINE))
    # 1.0.0-rc.1 is 1.0.0rc1 to Python.
    found["version"] = re.sub(r"-(?:(alpha|beta|rc)\.?)?", r"\1", found["version"], count=1)
    return found


def files(own, tags, target, binary):
    """The names, contents and permissions of all files but RECORD, in order."""
    info = f"inqud_hook-{own['version']}.dist-info"
    program = "inqud-hook.exe" if "windows" in target else "inqud-hook"
    for path in sorted((HERE / "inqud_hook").glob("*.py")):
        yield f"inqud_hook/{path.name}", path.read_bytes(), 0o644
    yield f"inqud_hook/bin/{program}", binary, 0o755
    metadata = METADATA.format(**own) + (HERE / "README.md").read_text(encoding="utf-8")
    yield f"{info}/METADATA", metadata.encode(), 0o644
    lines = ["Wheel-Version: 1.0", "Generator: inqud-hook", "Root-Is-Purelib: false"]
    wheel = "\n".join(lines + [f"Tag: py3-none-{tag}" for tag in tags]) + "\n"
    yield f"{info}/WHEEL", wheel.encode(), 0o644
    yield f"{info}/entry_points.txt", ENTRY_POINTS.encode(), 0o644
    for name in ("LICENSE-APACHE", "LICENSE-MIT"):
        yield f"{info}/licenses/{name}", (ROOT / name).read_bytes(), 0o644


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--target", required=True)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    given = parser.parse_args()
    own, binary = fields(), given.binary.read_bytes()
    tags = platforms(given.target, binary)
    given.out.mkdir(parents=True, exist_ok=True)
    wheel = given.out / f"inqud_hook-{own['version']}-py3-none-{'.'.join(tags)}.whl"
    record = f"inqud_hook-{own['version']}.dist-info/RECORD"
    lines = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in files(own, tags, given.target, binary):
            write(archive, name, content, mode)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            lines.append(f"{name},sha256={digest},{len(content)}\n")
        write(archive, record, "".join([*lines, f"{record},,\n"]).encode(), 0o644)
    print(wheel.name)


def write(archive, name, content, mode):
    # The time is the oldest that a zip can hold.
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    # A regular file, made on Unix.
    entry.create_system, entry.external_attr = 3, (0o100000 | mode) << 16
    archive.writestr(entry, content)


if __name__ == "__main__":
    main()
