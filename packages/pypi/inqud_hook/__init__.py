"""The binary inqud-hook, and helpers for tests in `inqud_hook.testing`."""

import os

_PROGRAM = "inqud-hook.exe" if os.name == "nt" else "inqud-hook"


def binary():
    """The path of the binary in this package, or None where the package was installed without it."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", _PROGRAM)
    return path if os.path.isfile(path) else None
