"""`inqud-hook` and `python -m inqud_hook`: becomes the binary."""

import os
import subprocess
import sys

from inqud_hook import binary


def main():
    path = binary()
    if path is None:
        sys.exit("error: this installation of inqud-hook has no binary\nhint: install a wheel: pip install inqud-hook")
    arguments = [path, *sys.argv[1:]]
    if os.name != "nt":
        os.execv(path, arguments)
    # Windows has no exec. Ctrl-C reaches both processes, and the binary decides what to do.
    with subprocess.Popen(arguments) as child:
        while True:
            try:
                sys.exit(child.wait())
            except KeyboardInterrupt:
                pass


if __name__ == "__main__":
    main()
