"""Cosine annealing."""

from engine.basis.code import ScheduleCode
from engine.basis.knob import Knob
from engine.basis.schedule import Schedule


def curve(xp, steps, rate, knobs, total):
    """Half a cosine from `rate` at step 0 to `eta_min` at step `t_max`, then up again (PyTorch's CosineAnnealingLR)."""
    return knobs["eta_min"] + (rate - knobs["eta_min"]) * (1 + xp.cos(xp.pi * steps / knobs["t_max"])) / 2


COSINE = Schedule(
    key="cosine",
    name="Cosine",
    about="Half a cosine down to the floor at step T_max; PyTorch's climbs again afterwards.",
    curve=curve,
    own={
        "t_max": Knob("Steps to the floor T_max", 1, 10_000, 100, bounds=(1, 100_000), log=True, whole=True),
        "eta_min": Knob("Floor η_min", 0.0, 0.1, 0.0, bounds=(0.0, 1e3)),
    },
    source="Loshchilov and Hutter (2017), ICLR, arXiv:1608.03983. As torch.optim.lr_scheduler.CosineAnnealingLR.",
    code=ScheduleCode(
        torch="torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max={t_max}, eta_min={eta_min})",
        jax="{eta_min} + ({rate} - {eta_min}) * (1 + jnp.cos(jnp.pi * {clock} / {t_max})) / 2",
    ),
)
