"""A table of numbers: named columns, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from i18n import plural

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

MOST_ROWS = 2_000
MOST_COLUMNS = 100
MOST_FAULTS = 8
"""Faults that are told one by one; the others are counted."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column: a number for each row, NaN where there is none."""

    name: str
    values: Float[np.ndarray, " rows"]
    faults: tuple[str, ...] = ()
    """A sentence for each cell that is no number, with its row."""
    classes: tuple[str, str] | None = None
    """Where the column holds two words and no numbers: which word is 0, and which 1."""

    @property
    def is_usable(self) -> bool:
        """Whether there is a number in it at all."""
        return bool(np.isfinite(self.values).any())

    @property
    def has_two_values(self) -> bool:
        """Whether it can be the two classes of a classification."""
        return len(np.unique(self.values[np.isfinite(self.values)])) == 2


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length, in the order of the file."""

    columns: tuple[Column, ...]
    how: str
    """How the text was read: which separators, and whether there was a header."""
    notes: tuple[str, ...] = ()
    """What was left out of the table as a whole."""

    @property
    def names(self) -> list[str]:
        """The names of the columns that hold numbers."""
        return [column.name for column in self.columns if column.is_usable]

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def rows_of(self, *names: str) -> Bool[np.ndarray, " rows"]:
        """The rows in which all these columns have a number."""
        return np.logical_and.reduce([np.isfinite(self[name].values) for name in names])

    def left_out(self, *names: str) -> list[str]:
        """What these columns lack, cell by cell, and of the table what was left out as a whole."""
        faults = [fault for name in dict.fromkeys(names) for fault in self[name].faults]
        shown = faults[:MOST_FAULTS]
        more = len(faults) - len(shown)
        if not more:
            return [*self.notes, *shown]
        rest = plural(
            "{n} more cells are no number either, and their rows are left out.",
            "{n} more cells are no number either, and their rows are left out.",
            more,
            n=f"{more:,}",
        )
        return [*self.notes, *shown, rest]
