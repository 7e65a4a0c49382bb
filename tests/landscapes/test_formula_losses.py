"""The JAX loss where autodiff has traps: roots and kinks at zero, negative bases, branches not taken."""

import gc
import threading
import weakref

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from landscapes import formula
from landscapes.language import loss_of, parse

ORIGIN = jnp.zeros(2)
ACKLEY = "-20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + 20 + e"


@pytest.mark.parametrize(
    "text",
    ["sqrt(x**2 + y**2)", "(x**2 + y**2)**0.5", "(x**2 + y**2)**(1/2)", "(x**2 + y**2)**1.5", "(x**2 + y**2)**0.25",
     "abs(x) + abs(y)", "abs(x)**0.5 + y", "sqrt(abs(x*y))", "x**2 + y**10", "x**1 + y**3", "x**0*y", "relu(x)*y",
     "sqrt(sqrt(x**2)) + y", "max(x, y)", "sign(x) + floor(y)", ACKLEY],
)  # fmt: skip
def test_at_the_origin_gradient_and_hessian_are_finite_and_torch_agrees(text: str) -> None:
    landscape = formula(text)
    gradient, hessian = jax.grad(landscape.loss)(ORIGIN), jax.hessian(landscape.loss)(ORIGIN)
    assert np.all(np.isfinite(gradient))
    assert np.all(np.isfinite(hessian))
    at = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    value = eval(landscape.torch, {"torch": torch, "x": at[0], "y": at[1]})
    assert value.item() == pytest.approx(float(landscape.loss(ORIGIN)), abs=1e-15)
    np.testing.assert_array_equal(torch.autograd.grad(value, at)[0].numpy(), gradient)


def test_the_guard_of_a_root_changes_nothing_elsewhere() -> None:
    loss = formula("sqrt(x) + y").loss
    assert float(jax.grad(loss)(jnp.array([1e-12, 0.0]))[0]) == pytest.approx(5e5, rel=1e-14)
    assert np.isnan(loss(jnp.array([-1.0, 0.0])))
    assert np.isnan(formula("x**1.5 + y").loss(jnp.array([-1.0, 0.0])))


@pytest.mark.parametrize("power", [2, 3, 4, 7, 10, -1, -2, -3])
def test_whole_powers_of_negative_numbers(power: int) -> None:
    """Against Python's exact integers: value, slope and curvature of x**n at -3."""
    loss = formula(f"x**{power} + 0*y").loss
    at = jnp.array([-3.0, 0.0])
    assert float(loss(at)) == pytest.approx((-3) ** power, rel=1e-15)
    assert float(jax.grad(loss)(at)[0]) == pytest.approx(power * (-3) ** (power - 1), rel=1e-15)
    assert float(jax.hessian(loss)(at)[0, 0]) == pytest.approx(power * (power - 1) * (-3) ** (power - 2), rel=1e-15)


@pytest.mark.parametrize("power", [0, 1, 2, 3, 4])
def test_derivatives_of_whole_powers_at_zero(power: int) -> None:
    loss = formula(f"x**{power} + 0*y").loss
    assert float(loss(ORIGIN)) == (1.0 if power == 0 else 0.0)
    assert float(jax.grad(loss)(ORIGIN)[0]) == (1.0 if power == 1 else 0.0)
    assert float(jax.hessian(loss)(ORIGIN)[0, 0]) == (2.0 if power == 2 else 0.0)


@pytest.mark.parametrize(
    "text", ["where(x > 0, log(x), 0)", "where(x == 0, 1, sin(x)/x)", "where(x <= -1, 0*x, acosh(x + 2))"]
)
def test_a_branch_not_taken_has_no_say(text: str) -> None:
    """Neither in JAX, alone and under vmap, nor in torch."""
    landscape = formula(text)
    points = jnp.array([[-1.0, 2.0], [0.0, 2.0], [0.5, 2.0]])
    slopes = jax.vmap(jax.grad(landscape.loss))(points)
    curvatures = jax.vmap(jax.hessian(landscape.loss))(points)
    assert np.all(np.isfinite(slopes))
    assert np.all(np.isfinite(curvatures))
    for point, slope in zip(points, slopes, strict=True):
        np.testing.assert_allclose(jax.grad(landscape.loss)(point), slope, rtol=1e-14)
        at = torch.tensor(np.asarray(point), requires_grad=True)
        value = eval(landscape.torch, {"torch": torch, "x": at[0], "y": at[1]})
        assert value.item() == pytest.approx(float(landscape.loss(point)), rel=1e-14)
        np.testing.assert_allclose(torch.autograd.grad(value, at)[0].numpy(), slope, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
@pytest.mark.parametrize("text", ["2*x + pi", "where(x > 0, 1, y)", "max(x, 3)", "x**0.5", "2**x", "sqrt(2)*x + 1e16"])
def test_the_precision_is_the_positions(text: str, dtype: type) -> None:
    value = formula(text).loss(jnp.ones(2, dtype))
    assert value.shape == ()
    assert value.dtype == dtype


def test_numpy_positions_are_welcome() -> None:
    assert float(formula("where(x > 0, x**3, y)").loss(np.array([2.0, 1.0]))) == 8.0


def test_equal_expressions_share_one_loss_while_anyone_holds_it() -> None:
    held = formula("x**2 + 3*y**2").loss
    for number in range(600):  # more than any cache of ours keeps
        loss_of(parse(f"x + {number}*y"))
    assert formula("x**2+3*y**2").loss is held


def test_losses_nobody_holds_are_let_go() -> None:
    gone = weakref.ref(formula("x**2 + 5*y**2").loss)
    for number in range(600):
        assert formula(f"y + {number}*x")
    gc.collect()
    assert gone() is None


def test_threads_get_the_same_loss() -> None:
    found: list[object] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(formula("x**2 + 7*y**2 - 3").loss)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


def test_a_new_window_compiles_nothing_new() -> None:
    traces = []
    landscape = formula("x**2 + 11*y**2")

    @jax.jit
    def slope(point):
        traces.append(1)
        return jax.grad(landscape.loss)(point)

    compiled = {landscape.loss: slope}
    compiled[landscape.loss](ORIGIN)
    compiled[landscape.with_window(((0, 1), (0, 1))).loss](ORIGIN)
    assert len(traces) == 1
