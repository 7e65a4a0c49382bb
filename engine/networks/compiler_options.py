"""How the programs of networks are compiled: several are made for each network, so quickly."""

from __future__ import annotations

LEVEL = {"xla_backend_optimization_level": 1}
"""LLVM's level for these programs: as fast as its highest, and compiled in a sixth less time."""
QUICK = LEVEL | {"xla_cpu_use_fusion_emitters": False}
"""XLA's older code generator too: compiled in 0.6 of the time, for programs that run a tenth slower (2 quiet cores)."""
