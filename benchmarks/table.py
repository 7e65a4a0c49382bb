"""The table, for a terminal or for docs/measured.md."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.row import Row

HEADINGS = ("", "measured", "spread", "promised", "")
RIGHT = (False, True, False, True, False)


def text(rows: Sequence[Row]) -> str:
    """Columns for a terminal, a heading for each topic, notes below their row."""
    cells = [(row.what, row.measured, row.spread, row.promise, row.verdict) for row in rows]
    widths = [max(len(line[index]) for line in [HEADINGS, *cells]) for index in range(len(HEADINGS))]
    lines, topic = [_line(HEADINGS, widths)], ""
    for row, line in zip(rows, cells, strict=True):
        if row.topic != topic:
            topic = row.topic
            lines += ["", topic]
        lines.append(_line(line, widths))
        if row.note:
            lines.append(f"      {row.note}")
    return "\n".join(lines)


def markdown(rows: Sequence[Row]) -> str:
    """The same as one markdown table, notes in the first cell."""
    lines = ["| What | Measured | Spread | Promised | |", "|---|--:|---|--:|---|"]
    for row in rows:
        what = f"{row.topic}: {row.what}" + (f" ({row.note})" if row.note else "")
        cells = [what, row.measured, row.spread, row.promise, row.verdict]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, RIGHT, strict=True)
    ]
    return "  " + "  ".join(padded).rstrip()
