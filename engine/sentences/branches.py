"""What a branch goes on with, and what it leaves behind."""

from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run
from engine.runs.segments import Segment, segments
from engine.schedules import SCHEDULES
from engine.sentences.lane_names import branch_name
from i18n import message


def branch_sentence(run: Run) -> str:
    """From where a branch goes on, which memory of its parent's optimizer it keeps, and from where its schedule counts.

    "Momentum from step 40 of Adam: Adam's means of the gradient and of its square are left behind, ..."
    """
    *_, before, own = segments(run)
    told: dict[str, object] = {"branch": branch_name(run), "kept": _kept(before, own)}
    if run.schedule == "constant" and not run.schedule_knobs["warmup_steps"]:
        return message("{branch}: {kept}.", **told)
    told["schedule"] = message("the warm-up") if run.schedule == "constant" else SCHEDULES[run.schedule].name
    if own.goes_on:
        return message("{branch}: {kept}; {schedule} goes on counting.", **told)
    return message("{branch}: {kept}; {schedule} counts from step {step}.", step=f"{own.begin:,}", **told)


def _kept(before: Segment, own: Segment) -> str:
    """What becomes of the memory of the optimizer before, as a clause."""
    old, new = OPTIMIZERS[before.run.optimizer], OPTIMIZERS[own.run.optimizer]
    told = {"name": old.name, "memory": old.memory}
    clause = old.memory.startswith("what")  # it says itself whose it is
    if own.keeps and clause:
        return message("it goes on with {memory}", **told)
    if own.keeps and old is new:
        return message("it goes on with its {memory}", **told)
    if own.keeps:
        return message("it goes on with {name}'s {memory}", **told)
    if not old.memory:
        return message("{name} has no memory to hand on", **told)
    if old is new or old.memory == new.memory:
        return message("without momentum there is no velocity to hand on")
    if clause:
        return message("it leaves behind {memory}", **told)
    return message("it leaves behind {name}'s {memory}", **told)
