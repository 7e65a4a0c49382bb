"""The learning-rate schedules: one file each, found by their names.

The order is the menu's: those that the lessons begin with first, then the others in the order of their keys.
"""

from engine.basis.registry import Registry, records_in
from engine.basis.schedule import Schedule

FIRST = ("constant", "step", "multistep", "exponential", "cosine", "plateau")
SCHEDULES: Registry[Schedule] = Registry("schedule", records_in(__name__, __path__, FIRST))
