"""The engine: descents as pure functions, records in and arrays out.

from engine import Run, descend
trajectory = descend(Run("two_valleys", optimizer="momentum", rate=0.05))
print(trajectory.outcome.sentence)
"""

import landscapes  # noqa: F401, I001  (first: it sets JAX to float64 and its one flag for speed)

from engine.critical import CriticalPlace, CriticalPoints, critical_points
from engine.descent import descend, descend_many
from engine.explain import Explained, explain
from engine.fastest import fastest_rate
from engine.fields import check_field
from engine.optimizers import OPTIMIZERS
from engine.run import Run
from engine.schedules import SCHEDULES
from engine.summary import summary
from engine.surface import Probe, field, probe, sharpness, surface
from engine.trajectory import OUTCOME_KINDS, Outcome, Trajectory
from engine.warming import warm_up, warm_up_curved

__all__ = [
    "OPTIMIZERS",
    "OUTCOME_KINDS",
    "SCHEDULES",
    "CriticalPlace",
    "CriticalPoints",
    "Explained",
    "Outcome",
    "Probe",
    "Run",
    "Trajectory",
    "check_field",
    "critical_points",
    "descend",
    "descend_many",
    "explain",
    "fastest_rate",
    "field",
    "probe",
    "sharpness",
    "summary",
    "surface",
    "warm_up",
    "warm_up_curved",
]
