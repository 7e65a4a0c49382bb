"""One cycle: up to the peak, then down to almost nothing, over the whole run."""

import math
from collections.abc import Mapping

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def initial(rate, knobs):
    """What the run begins with: the peak over div_factor."""
    return rate / knobs["div_factor"]


def curve(xp, steps, rate, knobs, total):
    """Half a cosine from the peak `rate` / div_factor up to the peak, and one down to 1 / final_div_factor of the
    beginning at step total - 1 (PyTorch's OneCycleLR with cycle_momentum=False).
    """
    begin = rate / knobs["div_factor"]
    end = begin / knobs["final_div_factor"]
    top = knobs["pct_start"] * total - 1
    # torch refuses to go on after the last step; the rate stays.
    steps = xp.minimum(steps, total - 1.0)
    # A peak before step 0 leaves the way down alone.
    rising = (steps <= top) & (top > 0)
    up = steps / xp.where(top > 0, top, 1.0)
    down = (steps - top) / xp.maximum(total - 1.0 - top, 1e-9)
    return xp.where(
        rising,
        rate + (begin - rate) * (1 + xp.cos(xp.pi * up)) / 2,
        end + (rate - end) * (1 + xp.cos(xp.pi * down)) / 2,
    )


def torch_texts(knobs: Mapping[str, float], total: int) -> dict[str, str]:
    """The same curve in arguments with which PyTorch divides by no zero, as it does for a part without length.

    A cycle that only rises becomes one of a step more, whose fall the run does not see; one that begins at its peak
    is told to begin a rounding error behind it.
    """
    share = knobs["pct_start"]
    if share == 1:
        share, total = total / (total + 1), total + 1
    if share * total == 1:
        share = math.nextafter(share, 0)
    return {"pct_start": repr(share), "steps": repr(total)}


ONE_CYCLE = Schedule(
    key="one_cycle",
    name="One cycle",
    about="Rises to the learning rate as its peak and falls to almost nothing at the last step of the run.",
    curve=curve,
    initial=initial,
    own={
        "pct_start": Knob("Share of rising", 0.05, 0.95, 0.3, bounds=(0.0, 1.0)),
        "div_factor": Knob("Begins at peak ÷", 1.0, 100.0, 25.0, bounds=(1e-3, 1e9), log=True),
        "final_div_factor": Knob("Ends at beginning ÷", 1.0, 1e6, 1e4, bounds=(1e-3, 1e12), log=True),
    },
    source="Smith and Topin (2019), arXiv:1708.07120. As torch's OneCycleLR with cycle_momentum=False.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr={rate}, total_steps={steps}, "
        "pct_start={pct_start},\n    div_factor={div_factor}, final_div_factor={final_div_factor}, "
        "cycle_momentum=False)",
        torch_texts=torch_texts,
        initial="{rate} / {div_factor}",
        jax="one_cycle({clock})",
        jax_start="""\
low, end, top = {rate} / {div_factor}, {rate} / {div_factor} / {final_div_factor}, {pct_start} * {steps} - 1


def one_cycle(t):
    if t <= top and top > 0:
        return {rate} + (low - {rate}) * (1 + jnp.cos(jnp.pi * t / top)) / 2
    return end + ({rate} - end) * (1 + jnp.cos(jnp.pi * (t - top) / max({steps} - 1 - top, 1e-9))) / 2

""",
    ),
)
