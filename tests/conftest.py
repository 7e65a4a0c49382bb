"""Strict JAX for every test: float64, which `landscapes` sees to, and no silent broadcasting between ranks."""

import jax

import landscapes  # noqa: F401  (sets JAX up before its first use)

jax.config.update("jax_numpy_rank_promotion", "raise")
