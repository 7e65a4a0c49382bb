"""The engine: descents as pure functions, records in and arrays out.

from engine import Run, descend
trajectory = descend(Run("two_valleys", optimizer="momentum", rate=0.05))
print(trajectory.outcome.sentence)
"""

import landscapes  # noqa: F401, I001  (first: it sets JAX to float64 and its one flag for speed)
import engine.networks
import engine.tables  # noqa: F401  (it does the same)

from engine.surfaces.critical import CriticalPlace, CriticalPoints, critical_points, known_points
from engine.studies.basins import BasinMap, basin_band, basin_map, basin_rows
from engine.descent.cut import Cut, cut
from engine.descent.descend import descend, descend_many, descend_soon
from engine.diagnosis.doctor import Diagnosis, diagnose, examine, may_gain, prescribe, prescribe_branch
from engine.studies.escapes import Escape, cloud, escape, restarts
from engine.descent.explain import Explained, explain
from engine.studies.fastest import fastest_rate
from engine.runs.fields import check_field
from engine.studies.horizon import Horizon, stability_horizon
from engine.studies.hypergradients import Hypergradients, hypergradients
from engine.studies.knob_maps import KnobMap, RateSweep, knob_map, rate_sweep, stability_map
from engine.optimizers import OPTIMIZERS
from engine.studies.races import FairRace, fair_race
from engine.runs.run import Run
from engine.schedules import SCHEDULES
from engine.sentences.lane_names import lane_names
from engine.sentences.summary import summary
from engine.runs.lookup import is_named, landscape_of
from engine.surfaces.grids import Probe, field, probe, sharpness, surface
from engine.runs.trajectory import OUTCOME_KINDS, Outcome, Trajectory
from engine.diagnosis.verdicts import VERDICTS
from engine.warming import AHEAD, warm_up, warm_up_curved, warm_up_maps

__all__ = [
    "AHEAD",
    "OPTIMIZERS",
    "OUTCOME_KINDS",
    "SCHEDULES",
    "VERDICTS",
    "BasinMap",
    "CriticalPlace",
    "CriticalPoints",
    "Cut",
    "Diagnosis",
    "Escape",
    "Explained",
    "FairRace",
    "Horizon",
    "Hypergradients",
    "KnobMap",
    "Outcome",
    "Probe",
    "RateSweep",
    "Run",
    "Trajectory",
    "basin_band",
    "basin_map",
    "basin_rows",
    "check_field",
    "cloud",
    "critical_points",
    "cut",
    "descend",
    "descend_many",
    "descend_soon",
    "diagnose",
    "escape",
    "examine",
    "explain",
    "fair_race",
    "fastest_rate",
    "field",
    "hypergradients",
    "is_named",
    "knob_map",
    "known_points",
    "landscape_of",
    "lane_names",
    "may_gain",
    "prescribe",
    "prescribe_branch",
    "probe",
    "rate_sweep",
    "restarts",
    "sharpness",
    "stability_horizon",
    "stability_map",
    "summary",
    "surface",
    "warm_up",
    "warm_up_curved",
    "warm_up_maps",
]
