"""Strict JAX, and one torch thread."""

import jax
import torch

import landscapes  # noqa: F401  (sets JAX up before its first use)

jax.config.update("jax_numpy_rank_promotion", "raise")
torch.set_num_threads(1)  # two coordinates: threads only get in each other's way
