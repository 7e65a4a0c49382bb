"""What a branch goes on with, and what it leaves behind."""

from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run
from engine.runs.segments import segments
from engine.schedules import SCHEDULES
from engine.sentences.lane_names import branch_name


def branch_sentence(run: Run) -> str:
    """From where a branch goes on, which memory of its parent's optimizer it keeps, and from where its schedule counts.

    "Momentum from step 40 of Adam: Adam's means of the gradient and of its square are left behind, ..."
    """
    *_, before, own = segments(run)
    old, new = OPTIMIZERS[before.run.optimizer], OPTIMIZERS[own.run.optimizer]
    whose = f"{old.name}'s {old.memory.removeprefix('its ')}"
    if own.keeps:
        kept = f"it goes on with {old.memory if old is new else whose}"
    elif not old.memory:
        kept = f"{old.name} has no memory to hand on"
    elif old is new or old.memory == new.memory:
        kept = "without momentum there is no velocity to hand on"
    else:
        kept = f"it leaves behind {old.memory if old.memory.startswith('what') else whose}"
    return f"{branch_name(run)}: {kept}{_schedule(own)}."


def _schedule(own) -> str:
    run = own.run
    if run.schedule == "constant" and not run.schedule_knobs["warmup_steps"]:
        return ""
    name = SCHEDULES[run.schedule].name
    if run.schedule == "constant":
        name = "the warm-up"
    return f"; {name} goes on counting" if own.goes_on else f"; {name} counts from step {own.begin:,}"
