"""A table of text (CSV) to numbers, as spreadsheets and people write it, or the sentence that says what is wrong.

What separates columns is decided by consistency: the character by which the rows have equally many cells, and most of
them numbers. Nothing is guessed from single cells.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from engine.basis.columns import plain
from engine.tables.table import MOST_COLUMNS, MOST_ROWS, Column, Table
from i18n import message, plural

LARGEST_TABLE = 2 * 2**20
"""Bytes: 2,000 rows of a hundred columns have less."""
TRIED_ROWS = 200
"""By which the separator is decided."""

_SEPARATORS = {
    "\t": message("tabs"),
    ";": message("semicolons"),
    ",": message("commas"),
    "|": message("bars"),
    " ": message("spaces"),
}
_MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "–", "—", "?", ".", "#n/a", "#nv", "#wert!", "#value!"}
_SPACES = str.maketrans("", "", "\u00a0\u202f\u2009 '’")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
}
_BINARY = (
    (b"PK\x03\x04", message("an Excel workbook or another packed file")),
    (b"\xd0\xcf\x11\xe0", message("an old Excel workbook")),
    (b"%PDF", message("a PDF")),
    (b"\x89PNG", message("a picture")),
    (b"\xff\xd8\xff", message("a picture")),
    (b"\x1f\x8b", message("a packed file")),
)
_HOW_TO = message("Save the sheet as CSV (in Excel: Save as, CSV UTF-8) or copy its cells and paste them.")

Rows = list[list[str]]


def read_table(content: bytes | str) -> Table:
    """The table of a text or of a file's bytes.

    Raises ValueError with a sentence for what is no table: too large, binary, empty, or of a single column.
    """
    text = _decoded(content)
    separator, rows, notes = _parted(text)
    if not re.search(r"\w", text):
        raise ValueError(
            message("There is no table in it, only empty lines. Paste rows of numbers, two or more to a row.")
        )
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    width = Counter(len(row) for _, row in numbered).most_common(1)[0][0]
    if width < 2:
        raise ValueError(
            message(
                "Every row has a single cell, and a model needs two columns, an input and a target. Separate them by "
                "commas, semicolons or tabs."
            )
        )
    if width > MOST_COLUMNS:
        raise ValueError(
            message(
                "The table has {n} columns and at most {most} are read. Paste those you need.",
                n=f"{width:,}",
                most=MOST_COLUMNS,
            )
        )
    decimal = _decimal(numbered, separator)
    names, numbered, header = _headed(numbered, width, decimal)
    if not numbered:
        raise ValueError(message("The table has a header and no row of numbers. Paste the rows below it, too."))
    if len(numbered) > MOST_ROWS:
        notes.append(
            message(
                "The table has {n} rows: the first {most} are taken, the others left out.",
                n=f"{len(numbered):,}",
                most=f"{MOST_ROWS:,}",
            )
        )
        numbered = numbered[:MOST_ROWS]
    long = [number for number, row in numbered if len(row) > width and any(cell.strip() for cell in row[width:])]
    if long:
        notes.append(_about_long(long, width))
    columns = tuple(_column(name, place, numbered, decimal) for place, name in enumerate(names))
    if sum(column.is_usable for column in columns) < 2:
        raise ValueError(
            message(
                "Of {n} columns not two hold numbers, and a model needs an input and a target. "
                "The first cell of the first row is {cell}.",
                n=width,
                cell=_shown(numbered[0][1][0]),
            )
        )
    grouped = next((cell for _, row in numbered for cell in row if _GROUPED[decimal].fullmatch(cell)), None)
    if grouped is not None:
        value = plain(number_of(grouped, decimal) or 0.0)
        notes.append(message("Thousands are read as such: {cell} is {value}.", cell=_shown(grouped), value=value))
    how = message(
        "{rows} rows, {columns} columns by {separator}, {point}, {header}.",
        rows=f"{len(numbered):,}",
        columns=width,
        separator=_SEPARATORS[separator],
        point=message("decimal comma") if decimal == "," else message("decimal point"),
        header=header,
    )
    return Table(columns, how, tuple(notes))


def _about_long(long: Sequence[int], width: int) -> str:
    told = {"row": f"{long[0]:,}", "width": width}
    if len(long) == 1:
        return message("Row {row} has more than {width} cells: what is beyond the last column is left out.", **told)
    return plural(
        "Row {row} and {n} other rows have more than {width} cells: what is beyond the last column is left out.",
        "Row {row} and {n} other rows have more than {width} cells: what is beyond the last column is left out.",
        len(long) - 1,
        n=f"{len(long) - 1:,}",
        **told,
    )


def _decoded(content: bytes | str) -> str:
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > LARGEST_TABLE:
        raise ValueError(
            message(
                "This table has {size} MB and at most {most} MB are read, which is far more than {rows} rows of "
                "numbers. Take a part of it.",
                size=f"{size / 2**20:.1f}",
                most=LARGEST_TABLE // 2**20,
                rows=f"{MOST_ROWS:,}",
            )
        )
    if isinstance(content, str):
        text = content
    else:
        for magic, what in _BINARY:
            if content.startswith(magic):
                raise ValueError(message("This is {what}, and no table of text. {how_to}", what=what, how_to=_HOW_TO))
        text = _text(content)
    if "\0" in text:
        raise ValueError(message("This is a binary file, and no table of text. {how_to}", how_to=_HOW_TO))
    return text.removeprefix("\ufeff")


def _text(content: bytes) -> str:
    """Excel's export has a byte order mark, or is of the encoding that Windows had before."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _parted(text: str) -> tuple[str, Rows, list[str]]:
    """The separator by which the rows are most alike and most numeric, the rows by it, and what was odd."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r'"?sep=(.)"?', first.strip(), re.IGNORECASE)
    if named and named[1] in _SEPARATORS:  # Excel's own way to say it
        return named[1], *_cells(rest, named[1])
    tried = "\n".join(text.split("\n", TRIED_ROWS)[:TRIED_ROWS])
    best = max(_SEPARATORS, key=lambda one: _fitness(_cells(tried, one)[0], one))
    return best, *_cells(text, best)


def _cells(text: str, separator: str) -> tuple[Rows, list[str]]:
    if separator == " ":
        return [line.split() for line in text.split("\n")], []
    try:
        return [
            [cell.strip() for cell in row] for row in csv.reader(text.split("\n"), delimiter=separator, strict=True)
        ], []
    except csv.Error:
        # A quote that is never closed would swallow the rest of the table: all quotes are letters then.
        lines = csv.reader(text.split("\n"), delimiter=separator, quoting=csv.QUOTE_NONE)
        note = message(
            "A quotation mark is opened and never closed, or stands inside a cell: all of them are read as letters."
        )
        try:
            return [[cell.strip().strip('"') for cell in row] for row in lines], [note]
        except csv.Error:
            raise ValueError(
                message("One cell of this table is longer than any number. Paste rows of numbers.")
            ) from None


def _fitness(rows: Rows, separator: str) -> tuple[float, int]:
    """How alike the rows are times how numeric, and as a second thought the number of columns."""
    rows = [row for row in rows if any(row)]
    if not rows:
        return 0.0, 0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return 0.0, 0
    body = rows[1:] if len(rows) > 1 else rows
    cells = [cell for row in body for cell in row if cell.lower() not in _MISSING]
    marks = "." if separator == "," else ".,"
    numeric = max(sum(number_of(cell, mark) is not None for cell in cells) for mark in marks) if cells else 0
    return round(count / len(rows) * (0.1 + numeric / max(1, len(cells))), 6), -width


def _decimal(rows: Sequence[tuple[int, list[str]]], separator: str) -> str:
    """Point or comma, whichever makes more cells numbers; a point where that is one."""
    cells = [cell for _, row in rows for cell in row]

    def numbers(mark: str) -> int:
        return sum(number_of(cell, mark) is not None for cell in cells)

    if numbers(",") != numbers("."):
        return "," if numbers(",") > numbers(".") else "."
    # 1,234 can be both. Programs write semicolons where the comma is the decimal one; elsewhere it has to be seen that
    # it cannot separate thousands.
    lone = any(re.fullmatch(r"[+-]?\d+,(?:\d{1,2}|\d{4,})", cell) for cell in cells)
    semicolons = separator == ";" and any("," in cell for cell in cells) and not any("." in cell for cell in cells)
    return "," if separator != "," and (lone or semicolons) else "."


def number_of(cell: str, decimal: str = ".") -> float | None:
    """The number of a cell, with thousands separators or without; None where it is none, or not finite."""
    cell = cell.strip().translate(_SPACES).replace("−", "-")
    if _GROUPED[decimal].fullmatch(cell):
        cell = cell.replace("," if decimal == "." else ".", "")
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".")
    if len(cell) > 400 or not cell.isascii() or not _PLAIN.fullmatch(cell):
        return None
    value = float(cell)
    return value if abs(value) < 1e300 else None


def _headed(rows: list, width: int, decimal: str) -> tuple[list[str], list, str]:
    """Names of the columns, the rows below them, and whether the first row named them."""
    first = [*rows[0][1], *[""] * width][:width]
    below = rows[1 : TRIED_ROWS + 1]

    def numeric(place: int) -> bool:
        cells = [row[place] for _, row in below if len(row) > place and row[place].lower() not in _MISSING]
        return bool(cells) and sum(number_of(cell, decimal) is not None for cell in cells) * 2 >= len(cells)

    words = [cell.lower() not in _MISSING and number_of(cell, decimal) is None for cell in first]
    headed = all(words) or any(word and numeric(place) for place, word in enumerate(words))
    names: list[str] = []
    for place in range(width):
        name = " ".join(first[place].split())[:40] if headed else ""
        name = name or message("column {n}", n=place + 1)
        same = sum(one == name or one.startswith(f"{name} (") for one in names)
        names.append(f"{name} ({same + 1})" if name in names else name)
    if headed:
        return names, rows[1:], message("the first row names them")
    return names, rows, message("no header")


def _column(name: str, place: int, rows: Sequence[tuple[int, list[str]]], decimal: str) -> Column:
    cells = [(number, row[place] if place < len(row) else "") for number, row in rows]
    read = [number_of(cell, decimal) for _, cell in cells]
    words = sorted({cell for _, cell in cells if cell.lower() not in _MISSING})
    if len(words) == 2 and not any(value is not None for value in read):
        read = [float(words.index(cell)) if cell in words else None for _, cell in cells]
        faults = [
            _fault(name, number, cell) for (number, cell), value in zip(cells, read, strict=True) if value is None
        ]
        return Column(name, _array(read), tuple(faults), (words[0], words[1]))
    faults = [_fault(name, number, cell) for (number, cell), value in zip(cells, read, strict=True) if value is None]
    return Column(name, _array(read), tuple(faults))


def _array(values: Sequence[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _fault(name: str, number: int, cell: str) -> str:
    if cell.lower() in _MISSING:
        shown = _shown(cell) if cell else message("empty")
        return message("Row {n}, {name}: {cell}, so the row is left out.", n=f"{number:,}", name=name, cell=shown)
    return message(
        "Row {n}, {name}: {cell} is no number, so the row is left out.", n=f"{number:,}", name=name, cell=_shown(cell)
    )


def _shown(cell: str) -> str:
    return f"“{cell[:24]}…”" if len(cell) > 25 else f"“{cell}”"
