"""Planes of trained networks as surfaces: named by a text, exact in loss and gradient, sharing their programs."""

from dataclasses import replace

import jax
import numpy as np
import pytest
import torch

from engine import Run, critical_points, descend, surface
from engine.networks import Network, is_small, layers_of, loss_on_plane, sight_of, text_of
from engine.networks.activations import ACTIVATIONS
from engine.networks.forward import fixed_switches, rows_of, switches_of, with_fixed
from engine.networks.parameters import initial_layers, pad
from engine.networks.slices import loss_at
from engine.runs.lookup import landscape_of
from engine.surfaces import critical
from landscapes import LANDSCAPES

SMALL = Network(depth=3, width=8, activation="tanh", points=40, steps=120, rate=0.5)


@pytest.fixture(scope="module")
def along():
    """The plane of the small network's training."""
    return landscape_of(text_of(SMALL, "path"))


def test_a_text_says_the_whole_network_and_reads_back():
    odd = Network(
        depth=4, width=9, activation="relu", initialisation="he", batch_norm=True, clip_norm=0.5, rate=0.03,
        schedule="multistep", schedule_knobs={"milestones": [10, 20]}, optimizer="adam", knobs={"beta1": 0.8}, seed=3,
    )  # fmt: skip
    text = text_of(odd, "random")
    assert text == (
        "network:depth=4;width=9;activation=relu;initialisation=he;batch_norm=on;clip_norm=0.5;rate=0.03;"
        "schedule=multistep;optimizer=adam;seed=3;beta1=0.8;milestones=10,20;plane=random"
    )
    assert landscape_of(text).text == text
    # Other words for the same plane are the same surface, trained once.
    assert landscape_of("network:plane=path;steps=120;points=40;width=8;depth=3;activation=tanh;rate=5e-1").text == (
        text_of(SMALL, "path")
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("network:dept=3", 'no setting of a network "dept".*"depth"'),
        ("network:depth=99", "depth in linear layers"),
        ("network:activation=rely", '"relu"'),
        ("network:optimizer=bfgs", "network optimizer"),
        ("network:plane=flat", 'no plane of a network "flat"'),
        ("network:width=128;depth=50", "take a smaller one"),
        ("network:steps=5000", "take a smaller one"),
        ("network:data=" + "m" * 5000, "short word"),
    ],
)
def test_a_text_that_names_none_is_refused(text: str, says: str):
    with pytest.raises(ValueError, match=says):
        landscape_of(text)


def test_a_training_that_diverged_has_no_plane():
    landscape = landscape_of("network:width=16;activation=relu;initialisation=too_large;points=40;steps=20")
    with pytest.raises(ValueError, match="diverged"):
        descend(Run(landscape, steps=5))


def test_the_loss_and_its_gradient_are_those_of_torch(along):
    sight = sight_of(along)
    assert sight is not None
    place = np.array([0.4, -0.3])
    data = SMALL.make_data()
    inputs, targets = (torch.tensor(np.asarray(part), dtype=torch.float64) for part in (data.inputs, data.targets))

    def by_torch(at: torch.Tensor) -> torch.Tensor:
        flat = [torch.tensor(part) for part in (sight.plane.origin, sight.plane.first, sight.plane.second)]
        here = flat[0] + at[0] * flat[1] + at[1] * flat[2]
        layers = layers_of(SMALL, here.detach().numpy())
        moved = [layers_of(SMALL, part.numpy()) for part in flat]
        hidden = inputs
        for number in range(len(layers)):
            parts = [
                [torch.tensor(np.array(getattr(one[number], name))) for one in moved] for name in ("weights", "bias")
            ]
            w, b = (part[0] + at[0] * part[1] + at[1] * part[2] for part in parts)
            hidden = hidden @ w + b
            if number < len(layers) - 1:
                hidden = torch.tanh(hidden)
        return torch.nn.functional.binary_cross_entropy_with_logits(hidden[:, 0], targets)

    at = torch.tensor(place, requires_grad=True)
    loss = by_torch(at)
    loss.backward()
    ours, slope = jax.value_and_grad(along.loss)(place)
    assert float(ours) == pytest.approx(loss.item(), rel=1e-9)
    assert np.asarray(slope) == pytest.approx(np.asarray(at.grad), rel=1e-9)


def test_the_surface_is_the_slice_and_the_trail_lies_on_it(along):
    sight = sight_of(along)
    assert sight is not None
    heights = surface(along, along.window, 9, 9)
    assert heights == pytest.approx(loss_on_plane(SMALL, sight.plane, along.window, 9), rel=1e-12)
    assert sight.trail[-1] == pytest.approx([0, 0], abs=1e-12)
    assert np.hypot(*sight.trail.T).max() == pytest.approx(1)
    assert sight.plane.explained is not None
    assert f"{100 * sum(sight.plane.explained):.1f} %" in sight.sentence
    assert sight_of(LANDSCAPES["bowl"]) is None


def test_descents_start_where_training_did_and_go_below_it(along):
    sight = sight_of(along)
    assert sight is not None
    run = descend(Run(along, start=tuple(sight.trail[0]), rate=0.5, steps=300))
    assert run.outcome.arrived
    assert run.losses[-1] < float(along.loss(np.zeros(2))) < run.losses[0]
    found = critical_points(along)
    assert "flattest of 576 places only" in " ".join(found.notes)
    for place in found.points:
        assert np.asarray(jax.grad(along.loss)(np.array(place.position))) == pytest.approx([0, 0], abs=1e-6)


def test_the_flattest_places_lead_to_every_point_that_all_places_lead_to(monkeypatch):
    planes = [landscape_of(text_of(replace(SMALL, data=data), "random")) for data in ("moons", "xor", "circles")]
    few = [critical_points(plane).points for plane in planes]
    monkeypatch.setattr(critical, "_promising", lambda ground: np.ones(len(ground.loss), bool))
    every = [critical_points(plane).points for plane in planes]
    assert [[one.kind for one in points] for points in few] == [[one.kind for one in points] for points in every]
    for one, other in zip(sum(few, ()), sum(every, ()), strict=True):
        assert one.position == pytest.approx(other.position, abs=1e-6)
    assert len(sum(few, ())) >= 3


def test_only_networks_that_can_follow_a_hand_have_planes():
    assert is_small(Network())
    assert not is_small(Network(width=128))


@pytest.mark.parametrize(
    "own",
    [
        *({"activation": key, "batch_norm": True} for key in ACTIVATIONS),
        {"activation": "relu", "residual": True, "data": "regression_1d"},
    ],
    ids=lambda own: "-".join(map(str, own.values())),
)
def test_settled_switches_are_the_traced_ones(own):
    network = Network(depth=3, width=3, points=20, **own)
    data = network.make_data()
    switches = switches_of(network, data.regression)
    flat = np.random.default_rng(3).normal(size=sum(part.size for part in pad(network, initial_layers(network))))

    def bend(switches):
        def loss(at):
            return loss_at(at, switches, *rows_of(network, data), network.bucket)

        return jax.jvp(jax.grad(loss), (flat,), (np.ones_like(flat),))

    settled = with_fixed(switches, fixed_switches(switches))
    for ours, traced in zip(jax.jit(lambda: bend(settled))(), jax.jit(bend)(switches), strict=True):
        assert np.asarray(ours) == pytest.approx(np.asarray(traced), rel=1e-12, abs=1e-14)
