"""A trajectory as a table of comma-separated values."""

from __future__ import annotations

import csv
import io

import numpy as np

from engine.descent.descend import descend
from engine.runs.run import Run

HEADER = ("step", "{0}", "{1}", "loss", "gradient_{0}", "gradient_{1}", "gradient_norm", "learning_rate")
"""Of the columns, with the names of the two axes."""


def csv_text(run: Run) -> str:
    """One line a point of `descend(run)`, numbers to their last digit; the last point has no learning rate any more."""
    path = descend(run)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(column.format(*run.landscape.axes) for column in HEADER)
    slopes = np.hypot(*path.gradients.T)
    for step, (point, loss, gradient, slope) in enumerate(
        zip(path.points.tolist(), path.losses.tolist(), path.gradients.tolist(), slopes.tolist(), strict=True)
    ):
        rate = [float(path.rates[step])] if step < len(path.rates) else [""]
        table.writerow([step, *point, loss, *gradient, slope, *rate])
    return text.getvalue()
