"""The optimizers: one file each, found by their names.

The order is the menu's: those that the lessons begin with first, then the others in the order of their keys.
"""

from engine.basis.optimizer import Optimizer
from engine.basis.registry import Registry, records_in

FIRST = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", records_in(__name__, __path__, FIRST))
