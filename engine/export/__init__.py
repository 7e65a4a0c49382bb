"""The code behind the picture: a run as a program that reproduces it, and as data.

`pytorch_code` and `jax_code` need nothing but their library (and NumPy for noise); both leave `points`, a list of
(x, y) from the start on. `csv_text` is the trajectory as a table, `notebook_text` both programs with a figure.
"""

from engine.export.jax_script import jax_code
from engine.export.network_script import network_code
from engine.export.notebook import notebook_text
from engine.export.pytorch_script import optimizer_code, pytorch_code, scheduler_code
from engine.export.table import csv_text

__all__ = ["csv_text", "jax_code", "network_code", "notebook_text", "optimizer_code", "pytorch_code", "scheduler_code"]
