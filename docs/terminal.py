#!/usr/bin/env python3
"""Makes docs/terminal.svg, the picture in the README, from the real output of the commands below.

    docs/terminal.py [BINARY] > docs/terminal.svg

BINARY defaults to target/release/inqud-hook. The commands run in the root of the repository, with colours, as on a terminal
of 110 columns.
"""

import os
import re
import subprocess
import sys
from html import escape

COMMANDS = [
    "send INVOICE_PAID --seed 1",
    "validate examples/captured.json",
]
# The usual colours of a dark terminal.
COLOURS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea"}
BRIGHT = {code + 60: colour for code, colour in COLOURS.items()}
GROUND, TEXT, QUIET = "#0d1117", "#e6edf3", "#8b949e"
# In pixels; characters of most monospaced fonts are 0.6 of their height wide.
SIZE, LINE, MARGIN, COLUMNS = 14, 20, 16, 110
STYLE = re.compile(r"\x1b\[([0-9;]*)m")


def printed(binary, command):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INQUD_HOOK_")}
    environment.update(CLICOLOR_FORCE="1", COLUMNS=str(COLUMNS), TERM="xterm-256color")
    environment.pop("NO_COLOR", None)
    ran = subprocess.run(
        [binary, *command.split()],
        env=environment,
        cwd=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        timeout=60,
    )
    return ran.stdout.decode()


def wrapped(line):
    """A line, wrapped as in a terminal, between any two characters; styles continue."""
    style, column, row, rows = "", 0, [], []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if STYLE.fullmatch(part):
            style = "" if part in ("\x1b[0m", "\x1b[m") else style + part
            row.append(part)
            continue
        for char in part:
            if column == COLUMNS:
                rows.append("".join(row))
                column, row = 0, [style]
            row.append(char)
            column += 1
    return rows + ["".join(row)]


def spans(row):
    """The pieces of a row, each with its style."""
    attributes, out, column = {}, [], 0
    for at, part in enumerate(STYLE.split(row)):
        if at % 2:
            for code in (int(code or 0) for code in part.split(";")):
                if code == 0:
                    attributes = {}
                elif code == 1:
                    attributes["font-weight"] = "bold"
                elif code == 2:
                    attributes["fill"] = QUIET
                elif code in COLOURS or code in BRIGHT:
                    attributes["fill"] = COLOURS.get(code) or BRIGHT[code]
        elif part:
            said = "".join(f' {name}="{value}"' for name, value in sorted(attributes.items()))
            out.append(f'<tspan x="{MARGIN + column * SIZE * 0.6:.1f}"{said}>{escape(part, quote=False)}</tspan>')
            column += len(part)
    return "".join(out)


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    binary = sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "target/release/inqud-hook")
    rows = []
    for command in COMMANDS:
        rows.append(f"\x1b[2m$\x1b[0m \x1b[1minqud-hook {command}\x1b[0m")
        for line in printed(os.path.abspath(binary), command).rstrip("\n").split("\n"):
            rows.extend(wrapped(line))
        rows.append("")
    rows.pop()
    width, height = 2 * MARGIN + COLUMNS * SIZE * 0.6, 2 * MARGIN + len(rows) * LINE
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">')
    print(f"<title>{escape('; '.join('inqud-hook ' + command for command in COMMANDS))}</title>")
    print(f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>')
    font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    print(f'<g font-family="{font}" font-size="{SIZE}" fill="{TEXT}" style="white-space: pre">')
    for number, row in enumerate(rows):
        if row:
            print(f'<text y="{MARGIN + number * LINE + SIZE}">{spans(row)}</text>')
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
