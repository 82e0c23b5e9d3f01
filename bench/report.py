"""Numbers as people read them: medians with their spread, and tables in Markdown."""

import math
from statistics import median


def spread(values, digits=2):
    """`2.50 (2.31–2.77)`: the median, the least and the greatest."""
    values = list(values)
    middle, least, greatest = (f"{value:.{digits}f}" for value in (median(values), min(values), max(values)))
    return middle if least == greatest else f"{middle} ({least}–{greatest})"


def percentile(values, part):
    """The least of the values that is not exceeded by `part` percent of them."""
    return sorted(values)[math.ceil(len(values) * part / 100) - 1]


def ratio(values, base):
    """`× 4.2`: how many times the median of `base` the median of `values` is."""
    return f"× {median(values) / median(base):.1f}" if median(base) else "–"


def compared(rows, columns):
    """Cells of a table. A row is a name, a function that finds the number in a result, and digits; a column is the
    results of some runs. Behind them stands the ratio of each further column to the first."""
    cells = []
    for name, number, digits in rows:
        values = [[number(result) for result in results] for results in columns]
        ratios = [ratio(others, values[0]) for others in values[1:]]
        cells.append([name, *[spread(numbers, digits) for numbers in values], *ratios])
    return cells


def table(head, rows):
    """Prints a table in Markdown, numbers to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    line = lambda cells: "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    print(line(head))
    print("|" + "|".join("-" * (width + 1) + (":" if number else "-") for number, width in enumerate(widths)) + "|")
    for row in rows:
        print(line(row))
    print(flush=True)


def say(heading):
    """Prints a heading in Markdown."""
    print(f"## {heading}\n", flush=True)


def note(text):
    """Prints a paragraph."""
    print(f"{text}\n", flush=True)
