"""Networks on a visitor's own table: what travels in the link, what in the file, and what is drawn of it."""

import gc
import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest

from engine.networks import Network, make_data, predict, table_named
from engine.tables import LINKED_POINTS, read_table, to_learn
from tests.engine.test_networks import start_of
from tests.engine.test_own_networks import learned, text_of_table
from ui.networks.drawing import points_of, with_drawn
from ui.networks.file import LARGEST, is_pair, pair_json, read_pair
from ui.networks.fits import fit, fit_words
from ui.networks.link import decode, encode, opening
from ui.networks.pairs import PAIRS, difference, prepared

SMALL = {"depth": 3, "width": 6, "activation": "tanh", "steps": 20}


def address(pair, **more):
    return parse_qs(urlencode([*encode(pair, **more)], safe=",;=:*()"), keep_blank_values=True)


def pair_on(problem, remedy=None):
    return {
        "problem": Network(problem.name, **SMALL),
        "remedy": Network((remedy or problem).name, rate=0.02, batch_size=8, **SMALL),
    }


@pytest.mark.parametrize("classes", [True, False])
@pytest.mark.parametrize("inputs", [1, 2, 5])
def test_a_small_table_travels_in_the_link_to_the_bit_and_once(inputs, classes):
    own = learned(inputs=inputs, classes=classes)
    numbers = own.inputs.tobytes(), own.targets.tobytes()
    query = address(pair_on(own))
    assert len(query["own"]) == 1
    name = own.name
    del own
    gc.collect()
    with pytest.raises(ValueError, match="let go"):
        table_named(name)  # as on another day, or another server
    pair, notices = decode(query)
    assert notices == []
    for network in pair.values():
        assert (network.own.inputs.tobytes(), network.own.targets.tobytes()) == numbers
    assert pair == pair_on(table_named(name))


def test_scaling_can_be_what_is_compared():
    text, _ = text_of_table(inputs=2)
    table = read_table(text)
    plain, scaled = (to_learn(table, table.names[:2], table.names[2], on) for on in (False, True))
    pair = pair_on(plain, scaled)
    assert "data from your table, as it is to your table, standardised" in difference(*pair.values())
    query = address(pair)
    del plain, scaled, pair
    gc.collect()
    read, notices = decode(query)
    assert notices == []
    assert [network.own.standardised for network in read.values()] == [False, True]


def test_two_hundred_rows_of_two_inputs_travel_in_the_link_and_more_in_the_file():
    few, many = (learned(inputs=2, rows=rows, classes=False) for rows in (LINKED_POINTS, 600))
    assert "own" in address(pair_on(few))
    query, content = address(pair_on(many)), pair_json(pair_on(many)).encode()
    assert "own" not in query
    assert len(content) < LARGEST
    assert is_pair(content)
    numbers = many.inputs.tobytes()
    del few, many
    gc.collect()
    pair, notices = decode(query)
    assert [network.data for network in pair.values()] == ["moons", "moons"]
    assert all("load the saved pair, or paste the table again" in notice for notice in notices[:1])
    pair, notices = read_pair(content)
    assert notices == []
    assert pair["problem"].own.inputs.tobytes() == numbers
    assert (pair["remedy"].batch_size, pair["remedy"].points) == (8, 600)


def test_the_largest_table_fits_the_file():
    rng = np.random.default_rng(0)
    names = ";".join(f"{'column' * 6}{i}" for i in range(17))
    rows = [";".join(map(repr, row)) for row in rng.normal(size=(2000, 17)).tolist()]
    table = read_table("\n".join([names, *rows]))
    own = to_learn(table, table.names[:16], table.names[16])
    other = to_learn(table, table.names[:16], table.names[16], False)
    content = pair_json(pair_on(own, other)).encode()
    assert len(content) < LARGEST
    assert read_pair(content)[0] == pair_on(own, other)


@pytest.mark.parametrize(
    "content", [b"{", b"{}", b'{"descent_lab_networks": 3}', b'{"descent_lab": {}}', b"{" * 99999, b"{\xff"]
)
def test_a_file_that_is_no_pair_is_a_sentence(content):
    with pytest.raises(ValueError, match="no pair of networks"):
        read_pair(content)


def test_a_damaged_table_in_a_link_costs_a_sentence_and_no_setting():
    query = {"own": ["x=a;y=b;points=1,2*z"], "net": ["data=own.12;depth=3;width=7", "depth=4"]}
    pair, notices = decode(query)
    assert "damaged or cut off" in notices[0]
    assert (pair["problem"].data, pair["problem"].width, pair["remedy"].depth) == ("moons", 7, 4)
    assert json.loads(pair_json(pair))["descent_lab_networks"]["net"] == ["depth=3;width=7", "depth=4;width=32"]


def test_a_link_from_before_is_read_as_before():
    text = "net=depth=20;width=32;points=400&net=depth=20;width=32;activation=relu;initialisation=he"
    pair, notices = decode(parse_qs(text))
    assert notices == []
    assert [name for name, _ in encode(pair)] == ["v", "net", "net"]
    assert decode({}) == (opening(), [])


def test_a_prepared_pair_stays_one_on_a_visitor_s_table():
    own = learned(inputs=2)
    for at, one in enumerate(PAIRS):
        assert prepared(one.problem.on(own.name), one.remedy.on(own.name)) == at


@pytest.mark.parametrize(("inputs", "classes"), [(1, True), (3, True), (1, False), (2, False), (3, False), (2, True)])
def test_what_is_drawn_is_what_the_network_says(inputs, classes):
    """Of a plane the loss and the accuracy have tests of their own: here that the drawn numbers are the network's."""
    own = learned(inputs=inputs, classes=classes)
    network = Network(own.name, **SMALL)
    weights = start_of(network)
    seen = SimpleNamespace(step=7, accuracy=0.625)
    trained: Any = SimpleNamespace(network=network, weights=weights, data=own.data, last=seen)
    drawn = fit(trained)["data"]
    said = predict(trained.network, trained.weights, own.data.inputs)
    sure = 1 / (1 + np.exp(-said))
    words = fit_words(trained)
    targets = own.data.targets
    if classes:
        assert words.startswith("At step 7: 62\u00a0% of the points")
    if inputs == 3 and classes:
        heights = {row: height for trace in drawn[1:] for row, height in zip(trace["x"], trace["y"], strict=True)}
        assert [heights[row + 1.0] for row in range(own.rows)] == pytest.approx(sure)
    elif inputs == 3:
        assert drawn[0]["x"] == pytest.approx(targets)
        assert drawn[0]["y"] == pytest.approx(said)
    elif inputs == 2:
        x, y = (np.array(drawn[0][name]) for name in ("x", "y"))
        heights = np.array(drawn[0]["z"])
        for row, column in ((0, 0), (17, 40), (63, 5)):
            there = predict(trained.network, trained.weights, np.array([[x[column], y[row]]]))[0]
            assert heights[row, column] == pytest.approx(1 / (1 + np.exp(-there)) if classes else there)
        assert sum(len(trace["x"]) for trace in drawn if trace.get("mode") == "markers") == own.rows
    else:
        line = next(trace for trace in drawn if len(trace["x"]) == 128)
        there = predict(trained.network, trained.weights, np.array(line["x"])[:, None])
        assert line["y"] == pytest.approx(1 / (1 + np.exp(-there)) if classes else there)


@pytest.mark.parametrize("data", ["moons", "regression_1d"])
def test_the_points_of_a_prepared_set_are_drawn_as_they_are_and_learned_as_they_are_drawn(data):
    network = Network(data, points=400, batch_size=250, **SMALL)
    shown = points_of(network)
    points = shown["points"]
    assert len(points) == LINKED_POINTS, "no more than a link carries"
    points[3][:2] = [2.5, -1.25]
    pair = with_drawn({"problem": network, "remedy": Network(**SMALL)}, points, shown["kind"])
    own = pair["problem"].own
    assert pair["remedy"].own is own
    assert pair["problem"].batch_size is None
    given = make_data(data, LINKED_POINTS, network.noise, network.seed)
    inputs, targets = given.inputs.copy(), given.targets.copy()
    if data == "moons":
        inputs[3] = 2.5, -1.25
    else:
        inputs[3], targets[3] = 2.5, -1.25
    assert (own.inputs.tobytes(), own.targets.tobytes()) == (inputs.tobytes(), targets.tobytes())
    assert own.classes is (data == "moons")
    again, notices = decode(address(pair))
    assert (again, notices) == (pair, [])


def test_a_table_s_points_keep_its_names_and_each_side_its_scaling():
    text, _ = text_of_table(inputs=2)
    table = read_table(text)
    plain, scaled = (to_learn(table, table.names[:2], table.names[2], on) for on in (False, True))
    before = pair_on(plain, scaled)
    shown = points_of(before["problem"])
    assert shown["points"] == np.column_stack([plain.inputs, plain.targets]).tolist()
    pair = with_drawn(before, shown["points"][:9], shown["kind"])
    owns = [pair[side].own for side in ("problem", "remedy")]
    assert [(own.standardised, own.rows, own.input_names, own.target_name) for own in owns] == [
        (False, 9, ("x0", "x1"), "what"),
        (True, 9, ("x0", "x1"), "what"),
    ]
    # Another kind than the table's has names of its own; a line's targets may be two classes.
    line = with_drawn(pair, [[1, 0, 0], [2, 1, 0], [3, 1, 0], [4, 0, 0]], "line", True)["problem"].own
    assert (line.input_names, line.target_name, line.classes) == (("x",), "y", True)


def test_what_no_board_can_show_begins_with_an_empty_one():
    for own in (learned(inputs=3), learned(inputs=2, classes=False), learned(inputs=1, rows=LINKED_POINTS + 1)):
        assert points_of(Network(own.name, **SMALL)) == {}


@pytest.mark.parametrize(
    ("points", "kind", "says"),
    [
        ([[0, 0, 0], [1, 1, 0], [2, 2, 0], [3, 3, 0]], "plane", "two classes"),
        ([[0, 0, 0], [1, 1, 1], [2, 2, 1]], "plane", "from 4 to 2,000 rows"),
        ([[0, 5, 0], [1, 5, 0], [2, 5, 0], [3, 5, 0]], "line", "nothing to learn"),
        ([[0, 1e12, 0], [1, 1, 0], [2, 2, 0], [3, 3, 0]], "line", "within"),
    ],
)
def test_a_drawing_that_cannot_be_learned_is_a_sentence(points, kind, says):
    with pytest.raises(ValueError, match=says):
        with_drawn(pair_on(learned(inputs=2)), points, kind)
