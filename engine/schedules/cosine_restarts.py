"""Cosine annealing with warm restarts."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """Half a cosine from `rate` to `eta_min` over t_0 steps, then again, each t_mult times as long as the last.

    PyTorch's CosineAnnealingWarmRestarts.
    """
    first, times = knobs["t_0"], knobs["t_mult"]
    # After n cycles first * (times**n - 1) / (times - 1) steps have passed.
    grows = times > 1
    base = xp.where(grows, times, 2.0)
    # Nudged, or a restart's own step, where the logarithm is whole, could fall into the cycle before.
    cycle = xp.floor(xp.log(steps / first * (base - 1) + 1) / xp.log(base) + 1e-9)
    begun = xp.where(grows, first * (base**cycle - 1) / (base - 1), first * xp.floor(steps / first))
    length = xp.where(grows, first * base**cycle, 1.0 * first)
    return knobs["eta_min"] + (rate - knobs["eta_min"]) * (1 + xp.cos(xp.pi * (steps - begun) / length)) / 2


COSINE_RESTARTS = Schedule(
    key="cosine_restarts",
    name="Cosine with restarts",
    about="Half a cosine down to the floor, again and again; each one T_mult times as long as the one before.",
    curve=curve,
    own={
        "t_0": Knob("First cycle T_0", 1, 1000, 50, bounds=(1, 100_000), log=True, whole=True),
        "t_mult": Knob("Longer each time T_mult", 1, 4, 1, bounds=(1, 100), whole=True),
        "eta_min": Knob("Floor η_min", 0.0, 0.1, 0.0, bounds=(0.0, 1e3)),
    },
    source="Loshchilov and Hutter (2017), ICLR, arXiv:1608.03983. As torch's CosineAnnealingWarmRestarts.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0={t_0}, T_mult={t_mult}, "
        "eta_min={eta_min})",
        jax="{eta_min} + ({rate} - {eta_min}) * (1 + jnp.cos(jnp.pi * since / length)) / 2",
        jax_start="begun, length = 0, {t_0}  # of the present cycle",
        jax_before="""\
while {clock} - begun >= length:
    begun, length = begun + length, length * {t_mult}
since = {clock} - begun""",
    ),
)
