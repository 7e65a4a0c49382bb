"""Some columns of a table as inputs of a network, and one as what it is to learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.networks import OwnTable, hold
from engine.tables.data import as_classes
from engine.tables.table import Table
from i18n import message


def to_learn(table: Table, inputs: Sequence[str], target: str, standardised: bool = True) -> OwnTable:
    """The rows of a table that have a number in each of these columns, held.

    A target of two values is two classes, the lower is 0; any other is numbers. Raises ValueError with a sentence.
    """
    if target in inputs:
        raise ValueError(
            message(
                "{name} is an input and the target: the answer would be given away. Choose another one.", name=target
            )
        )
    if not inputs:
        raise ValueError(message("A network needs an input. Choose a column."))
    kept = table.rows_of(*inputs, target)
    columns = np.column_stack([table[name].values[kept] for name in inputs])
    targets = table[target].values[kept]
    classes = len(np.unique(targets)) == 2
    targets = as_classes(targets, target) if classes else targets
    return hold(OwnTable(columns, targets, tuple(inputs), target, classes, standardised))
