"""How much steeper the surface is one way than the other, before and after the inputs are standardised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.basis.numerals import number
from engine.tables.data import OwnData
from i18n import message

ENDLESS = 1e15
"""A condition number beyond which rounding decides what it is."""
ROUND, LONG = 2.0, 10.0


def condition_numbers(data: OwnData) -> tuple[float, float]:
    """The largest over the smallest curvature of the squared loss, with the inputs as they are and standardised.

    Its Hessian is the same everywhere: 2 / n times the normal equations' matrix, and 2 l2 for the slope.
    """
    plain, scaled = (_condition(replace(data, standardised=on)) for on in (False, True))
    return plain, scaled


def _condition(data: OwnData) -> float:
    design = np.column_stack([data.descended, np.ones(data.points)])
    low, high = np.linalg.eigvalsh(design.T @ design / data.points + np.diag([data.l2, 0.0]))
    return float(high / low) if low > 0 else np.inf


def condition_sentence(data: OwnData) -> str:
    """Both numbers in words; nothing for a loss that has no one Hessian."""
    if data.loss != "squared":
        return ""
    before, after = condition_numbers(data)
    if float(np.ptp(data.inputs)) == 0 and data.l2 == 0:
        return message("All inputs are the same, so the surface is a valley without a lowest point.")
    large = number(before) if before < ENDLESS else message("about 10¹⁵ or more")
    told = {"before": large, "after": number(after)}
    if before >= LONG and after <= ROUND:
        return message(
            "Condition number {before} as they are, {after} standardised: scaling turns a ravine into a bowl.", **told
        )
    return message("Condition number {before} as they are, {after} standardised.", **told)
