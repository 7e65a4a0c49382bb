"""The optimizers, in the order of the menu: one file each, and one line here."""

from engine.optimizer import Optimizer
from engine.optimizers.adam import ADAM
from engine.optimizers.gradient_descent import GRADIENT_DESCENT
from engine.optimizers.momentum import MOMENTUM
from engine.optimizers.nesterov import NESTEROV
from engine.optimizers.rmsprop import RMSPROP
from engine.registry import Registry

OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", (GRADIENT_DESCENT, MOMENTUM, NESTEROV, RMSPROP, ADAM))
