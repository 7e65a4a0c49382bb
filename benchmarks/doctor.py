"""The doctor judged: how often it is right on drawn runs, and how often what it prescribes ends lower."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.row import Row
from engine import descend, diagnose
from tests.engine.test_doctor_judged import drawn, label

TOPIC = "The doctor"
SEEDS = (97, 411, 2027)
"""Of the draws; the doctor was tuned on none of them."""


def rows() -> Iterator[Row]:
    """Shares of the runs that a rule of `tests/engine/test_doctor_judged.py` labels."""
    judged = right = sick = helped = endless = endless_helped = healthy = touched = 0
    for seed in SEEDS:
        for run in drawn(seed):
            certain = label(run)
            if certain is None:
                continue
            told = diagnose(run)
            judged, right = judged + 1, right + (told.verdict in certain)
            if "converged" in certain:
                healthy, touched = healthy + 1, touched + (told.tested is not None)
                continue
            better = False
            if told.tested is not None:
                before, after = descend(run).losses[-1], descend(told.tested.run).losses[-1]
                better = bool(not np.isfinite(before) or after < before)
            sick, helped = sick + 1, helped + better
            endless, endless_helped = endless + told.endless, endless_helped + (told.endless and better)
    yield Row(TOPIC, "right verdicts", 100 * right / judged, "%", at_least=95, note=f"{right} of {judged}")
    yield Row(TOPIC, "sick runs helped", 100 * helped / sick, "%", at_least=95, note=f"{helped} of {sick}")
    bounded = f"{helped - endless_helped} of {sick - endless}"
    share = 100 * (helped - endless_helped) / (sick - endless)
    yield Row(TOPIC, "of these, without falls past 1e12 where there is no minimum", share, "%", note=bounded)
    yield Row(TOPIC, "healthy runs touched", touched, "", at_most=0, note=f"of {healthy}")
