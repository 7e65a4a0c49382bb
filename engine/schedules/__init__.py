"""The learning-rate schedules, in the order of the menu: one file each, and one line here."""

from engine.registry import Registry
from engine.schedule import Schedule
from engine.schedules.constant import CONSTANT
from engine.schedules.cosine import COSINE
from engine.schedules.exponential import EXPONENTIAL
from engine.schedules.plateau import PLATEAU
from engine.schedules.step import STEP

SCHEDULES: Registry[Schedule] = Registry("schedule", (CONSTANT, STEP, EXPONENTIAL, COSINE, PLATEAU))
