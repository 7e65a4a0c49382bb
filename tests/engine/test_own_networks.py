"""Networks on a visitor's own table, against torch and numpy on the same numbers."""

import gc
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.networks import (
    Network,
    losses_at,
    measure,
    names_of,
    parted,
    plane_of,
    planes,
    predict,
    random_plane,
    settings_of,
    table_named,
    table_of,
    train,
    with_setting,
    written,
)
from engine.networks import network as network_module
from engine.networks.parameters import layers_of
from engine.runs.batches import batches
from engine.surfaces.grids import losses
from engine.tables import read_table, to_learn
from tests.engine.test_networks import OPTIMIZERS, InTorch, start_of

RNG = np.random.default_rng(17)


def text_of_table(rows=37, inputs=3, classes=True, seed=1):
    """A table as a person pastes it, columns on scales of their own."""
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(rows, inputs)) * np.geomspace(0.1, 40, inputs) + np.arange(inputs) * 5
    hidden = np.sin(columns[:, 0] * 7) + (columns[:, -1] - columns[:, -1].mean()) / columns[:, -1].std()
    target = [("spam" if one > 0 else "ham") if classes else repr(3 * float(one) + 100) for one in hidden]
    head = ";".join([*(f"x{i}" for i in range(inputs)), "what"])
    rows_of_text = [";".join([*map(repr, row), one]) for row, one in zip(columns.tolist(), target, strict=True)]
    return "\n".join([head, *rows_of_text]), columns


def learned(**settings):
    scaled = settings.pop("standardised", True)
    text, _ = text_of_table(**settings)
    table = read_table(text)
    return to_learn(table, table.names[:-1], table.names[-1], scaled)


@pytest.mark.parametrize("standardised", [True, False])
@pytest.mark.parametrize("classes", [True, False])
@pytest.mark.parametrize("inputs", [1, 2, 3, 9])
def test_what_a_network_sees_is_what_numpy_makes_of_the_pasted_numbers(inputs, classes, standardised):
    text, columns = text_of_table(inputs=inputs, classes=classes)
    own = learned(inputs=inputs, classes=classes, standardised=standardised)
    target = [line.split(";")[-1] for line in text.split("\n")[1:]]
    targets = np.array([one == "spam" for one in target], float) if classes else np.array(list(map(float, target)))
    if standardised:
        columns = (columns - columns.mean(0)) / columns.std(0)
        targets = targets if classes else (targets - targets.mean()) / targets.std()
    np.testing.assert_allclose(own.data.inputs, columns, rtol=1e-12)
    np.testing.assert_allclose(own.data.targets, targets, rtol=1e-12)
    assert own.data.regression is not classes
    network = Network(own.name, depth=3, width=5)
    assert (network.sizes, network.points, network.is_regression) == ((inputs, 5, 5, 1), 37, not classes)


@pytest.mark.parametrize(
    ("table", "settings"),
    [
        ({"inputs": 3}, {"optimizer": "adam", "rate": 0.01, "batch_norm": True}),
        ({"inputs": 4, "classes": False, "standardised": False}, {"optimizer": "gradient_descent", "rate": 1e-5}),
        ({"inputs": 3, "classes": False}, {"optimizer": "momentum", "rate": 0.03, "batch_size": 7}),
    ],
    ids=str,
)
def test_it_is_measured_and_trained_as_torch_does(table, settings):
    """As the prepared sets are, to the same tolerances: in float64 where it is measured, in float32 where trained."""
    own = learned(**table)
    network = Network(own.name, depth=3, width=6, activation="tanh", steps=20, **settings)
    peer = InTorch(network)
    loss = peer.loss()
    loss.backward()
    seen = measure(network, start_of(network))
    assert seen.loss == pytest.approx(loss.item(), rel=1e-9)
    assert seen.weight_gradients == pytest.approx([layer[0].grad.norm().item() for layer in peer.layers], rel=1e-9)
    outputs = predict(network, start_of(network), own.data.inputs)
    assert outputs == pytest.approx(peer.out.detach().numpy(), rel=1e-9, abs=1e-12)
    peer = InTorch(network, torch.float32)
    rule = OPTIMIZERS[network.optimizer](peer.parameters, network.rate)
    size, losses = network.batch_size, []
    for rows in [slice(None)] * network.steps if size is None else batches(own.rows, size, network.steps):
        rule.zero_grad()
        loss = peer.loss(rows)
        losses.append(loss.item())
        loss.backward()
        rule.step()
    trained = train(network)
    assert trained.losses[:-1] == pytest.approx(losses, rel=2e-4)
    for ours, theirs in zip(layers_of(network, trained.weights), peer.layers, strict=True):
        assert ours.weights == pytest.approx(theirs[0].detach().numpy(), abs=2e-3)


FILLED = [
    ({"inputs": 2}, {"batch_norm": True, "residual": True}),
    ({"inputs": 3, "classes": False}, {"batch_size": 7, "optimizer": "momentum", "rate": 0.03}),
    ({"inputs": 1}, {"activation": "relu", "initialisation": "he", "batch_norm": True, "batch_size": 9}),
]


def looked_at(network):
    """All that is ever computed of a network on its data: measured, trained, predicted, and lain on a plane."""
    weights = start_of(network)
    seen, trained = measure(network, weights), train(network)
    plane = random_plane(network, np.asarray(weights, np.float64))
    surface = plane_of(f"data={network.data};depth=3;width=6;steps=20")
    return {
        "measured": [value for key, value in vars(seen).items() if key not in ("weights", "step", "rate")],
        "trained": [trained.losses, trained.weights, trained.last.loss, trained.last.accuracy],
        "said": [
            predict(network, weights, network.own.data.inputs),
            predict(network, weights, np.ones((5, network.sizes[0]))),
        ],
        "around": [losses_at(network, plane, np.linspace(-1, 1, 5), np.linspace(1, 0, 5))],
        "surface": [losses(surface, [[0.1, -0.2]])],
    }


@pytest.mark.parametrize(("table", "settings"), FILLED, ids=str)
def test_rows_that_fill_a_program_up_change_nothing(monkeypatch, table, settings):
    """Beside the program for exactly as many rows: to rounding, in float64 and, where it is trained, in float32."""
    own = learned(rows=23, **table)
    network = Network(own.name, **{"depth": 3, "width": 6, "activation": "tanh", "steps": 20, **settings})
    assert network.rows > own.rows
    filled = looked_at(network)
    planes._surface.cache_clear()
    monkeypatch.setattr(network_module, "ROW_BUCKETS", (own.rows,))
    assert network.rows == own.rows
    for name, values in looked_at(network).items():
        # A plane's surface is trained before it is looked at.
        exact = (
            {"rtol": 1e-9, "atol": 1e-12} if name in ("measured", "said", "around") else {"rtol": 1e-3, "atol": 1e-4}
        )
        for ours, exactly in zip(filled[name], values, strict=True):
            np.testing.assert_allclose(ours, exactly, **exact, err_msg=name)
    planes._surface.cache_clear()


def test_a_row_more_or_fewer_compiles_nothing(compilations):
    settings = {"depth": 3, "width": 6, "steps": 20, "batch_size": 5}
    own = learned(rows=23)
    looked_at(Network(own.name, **settings))
    with compilations.none():
        for rows in (22, 24, 70, 199):
            own = learned(rows=rows)
            looked_at(Network(own.name, **settings))


def test_a_text_holds_a_table_to_the_bit_and_equal_tables_are_one():
    for settings in ({"inputs": 4}, {"inputs": 2, "classes": False, "standardised": False}, {"inputs": 1}):
        own = learned(**settings)
        again = table_of(own.text)
        assert again is own, "equal ones share an object, and so whoever holds one holds the other"
        assert again.inputs.tobytes() == own.inputs.tobytes()
        assert (again.input_names, again.target_name, again.classes) == (own.input_names, own.target_name, own.classes)
    odd = replace(own, input_names=("größe; x=1 & Co.",), target_name="y,%")
    assert table_of(odd.text).input_names == odd.input_names


def test_a_network_s_text_names_its_table_and_finds_it_for_as_long_as_somebody_holds_it():
    own = learned(inputs=3, rows=30)
    network = Network("moons", points=400, noise=0.3, batch_size=64).on(own.name)
    assert (network.points, network.batch_size) == (30, None)
    text = written(settings_of(network))
    assert "points" not in text
    assert "noise" not in text
    values, _ = parted(text)
    read = Network()
    for name, value in values.items():
        assert name in names_of(read)
        read = with_setting(read, name, value)
    assert read == replace(network, noise=0.1)
    assert read.on("circles").points == 200
    name = own.name
    del own
    gc.collect()
    assert table_named(name) is network.own, "the network holds it"
    assert f"data={name}" in plane_of(f"data={name};depth=2;width=4;steps=5;plane=path").text
    other = f"own.{'0' * 32}"
    with pytest.raises(ValueError, match="let go of it with the visit"):
        Network(other)


def test_nothing_of_a_table_is_left_when_nobody_holds_it():
    name = learned(inputs=2, rows=23, seed=99).name
    gc.collect()
    with pytest.raises(ValueError, match="load the saved pair, or paste the table again"):
        table_named(name)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a;b\n1;2\n2;3\n", "from 4 to 2,000 rows"),
        ("a;b\n1;5\n2;5\n3;5\n4;5\n", "All of b is 5"),
        ("a;b\n1e12;5\n2;6\n3;5\n4;7\n", "within ±10⁹"),
    ],
)
def test_a_table_that_cannot_be_learned_is_a_sentence(text, says):
    table = read_table(text)
    with pytest.raises(ValueError, match=says):
        to_learn(table, table.names[:1], table.names[1])


def test_columns_that_give_the_answer_away_or_are_too_many_are_refused():
    text = "\n".join(";".join(repr(float(RNG.normal())) for _ in range(20)) for _ in range(9))
    table = read_table(text)
    with pytest.raises(ValueError, match="1 to 16 inputs, got 19"):
        to_learn(table, table.names[:-1], table.names[-1])
    with pytest.raises(ValueError, match="given away"):
        to_learn(table, table.names[:2], table.names[1])
    with pytest.raises(ValueError, match="needs an input"):
        to_learn(table, [], table.names[1])


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "x=a;points=1,2*3,4",
        "x=a;y=b;points=1,2",
        "x=a;y=b;points=b??",
        "x=a;y=b;points=1,z*2,3",
        "x=a;y=b;q=1;points=1,2*3,4",
    ],
)
def test_a_damaged_text_is_a_sentence(broken):
    with pytest.raises(ValueError, match="damaged or cut off"):
        table_of(broken)
