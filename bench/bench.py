"""Measures freebusyd and, beside it, Python programs at the same work on the same server. It asserts nothing.

Prints Markdown; docs/benchmarks.md says what is compared and what is not.
"""

import argparse
import shlex
import sys
from importlib.metadata import version

import machine
import notification_tables
import scan_tables
import telephone_tables
from report import say, table

PARTS = {"scan": scan_tables, "notifications": notification_tables, "telephone": telephone_tables}


def chosen():
    """The options of the part that the command names, or of all parts."""
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(dest="part", metavar="part", help="all where none is named:")
    for name, part in PARTS.items():
        text = part.__doc__.splitlines()[0]
        part.add_options(parts.add_parser(name, help=text, description=text))
    words = sys.argv[1:]
    return [parser.parse_args(words)] if words else [parser.parse_args([name]) for name in PARTS]


def main():
    parts = chosen()
    say("Machine and programs")
    programs = [
        ("exchangelib", version("exchangelib")),
        ("command", f"`{shlex.join(['bench/run', *sys.argv[1:]])}`"),
    ]
    table(["", ""], machine.facts() + programs)
    for options in parts:
        PARTS[options.part].measure(options)


if __name__ == "__main__":
    main()
