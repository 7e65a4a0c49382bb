"""Pictures of networks: whole whatever the numbers are, still while a training grows, and told in words."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from engine.networks import PLANES, Network, Plane, Sight, finish, recorded_steps, train, train_stepwise
from ui.networks import figures as network_figures
from ui.networks import planes as network_planes
from ui.networks.ends import alike, line_words, rise_words
from ui.networks.figures import fit, heat, loss_curve, losses_range, range_of, statistics
from ui.networks.page import PAINTED_EVERY, SLOWER
from ui.networks.pairs import PAIRS, difference, prepared, title
from ui.networks.planes import plane_figure
from ui.networks.trainings import KEPT, SEEDS, Memory, UnderWay
from ui.networks.view import fit_words, layers_table, norm_words, numbers, statistics_words, tiles
from ui.shared import charts

SMALL = Network(depth=5, width=12, activation="relu", initialisation="he", points=60, steps=30)


@pytest.fixture(autouse=True)
def light(monkeypatch):
    for module in (charts, network_figures, network_planes):
        monkeypatch.setattr(module, "theme", lambda: "light")


def test_a_training_that_overflows_has_whole_pictures():
    run = train(replace(SMALL, rate=1e25))
    assert run.kind == "diverged"
    sound = train(SMALL)
    for figure in (
        heat(run, range_of([run, sound])),
        loss_curve(run, "problem", [run, sound], losses_range([run, sound])),
        statistics(run, "problem"),
        fit(run),
    ):
        json.dumps(figure, allow_nan=False)
    assert all(np.isfinite([*range_of([run]), *losses_range([run])]))
    assert "nothing was learned" in fit_words(run)
    assert "Step" in numbers(run)
    assert "step" in statistics_words(run)


def test_a_plane_s_picture_is_whole_and_square_whatever_its_heights_are():
    sight = Sight(Plane(*np.zeros((3, 4)), (0.9, 0.05)), np.array([[1.0, 0.2], [0.4, -0.1], [0.0, 0.0]]))
    heights = np.array([[1.0, np.inf], [np.nan, 0.0]])
    for kind in PLANES:
        figure = plane_figure(heights, kind, sight)
        json.dumps(figure, allow_nan=False)
        drawn = [trace.get("mode") for trace in figure["data"]]
        assert drawn == [None, *["lines", "lines"] * (kind == "path"), "markers"]
        assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
        assert figure["data"][0]["z"] == [[0.0, 3.0], [3.0, -5.0]]


def test_the_axes_stand_still_while_a_training_grows():
    early = finish(SMALL, islice(train_stepwise(SMALL), 4))
    late = train(SMALL)
    colours = range_of([late])
    axes = [heat(one, colours)["data"][0]["x"] for one in (early, late)]
    assert axes[0] == axes[1]
    losses = [loss_curve(one, "remedy", [], losses_range([late]))["layout"] for one in (early, late)]
    assert losses[0] == losses[1]


def test_every_pair_differs_and_is_found_again():
    for at, pair in enumerate(PAIRS):
        assert prepared(pair.problem, pair.remedy) == at
        assert difference(pair.problem, pair.remedy).startswith("What is changed: ")
    assert prepared(PAIRS[0].problem, replace(PAIRS[0].remedy, seed=3)) is None
    knobs = replace(SMALL, schedule="cosine", schedule_knobs={"t_max": 30})
    assert difference(replace(knobs, schedule_knobs={}), knobs) == "What is changed: knobs of the cosine schedule."
    assert difference(SMALL, SMALL) == "Nothing is changed: both are the same network."
    assert "batches of 10" in title(replace(SMALL, batch_size=10))


def test_a_line_between_two_networks_needs_one_function_of_their_weights():
    assert alike(SMALL, replace(SMALL, batch_size=10, rate=0.5, schedule="cosine"))
    assert not alike(SMALL, replace(SMALL, residual=True))
    shares = np.linspace(-0.25, 1.25, 50)
    hill = {"between": (shares, 1 - (shares - 0.5) ** 2)}
    assert "a hill" in line_words(hill, True)
    assert "no hill" in line_words({"between": (shares, (shares - 0.5) ** 2)}, True)
    assert "different functions" in line_words({"problem": (shares, shares)}, False)


def test_which_is_flatter_is_counted():
    flat, steep = np.full((8, 8), 0.1), np.full((8, 8), 0.5)
    assert "the remedy ended flatter (8 of 8 seeds)" in rise_words({"problem": steep, "remedy": flat})
    assert "the remedy ended sharper (0 of 8 seeds)" in rise_words({"problem": flat, "remedy": steep})
    mixed = np.vstack([flat[:4], 2 * steep[:4]])
    assert "neither is flatter throughout (4 of 8 seeds)" in rise_words({"problem": steep, "remedy": mixed})


def test_a_training_goes_on_while_the_run_that_a_click_interrupted_still_makes_its_step():
    under_way = UnderWay(SMALL)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: [under_way.advance() for _ in range(20)], range(4)))
    steps = [one.snapshot.step for one in under_way.seen]
    assert steps == recorded_steps(SMALL.steps)
    assert under_way.trained.kind == "budget"
    assert under_way.share == 1


def test_a_training_that_diverged_has_no_more_to_come():
    under_way = UnderWay(replace(SMALL, rate=1e25))
    while under_way.advance():
        assert under_way.share < 1
    assert under_way.ended
    assert under_way.share == 1
    assert under_way.trained.kind == "diverged"


def test_the_pair_that_is_shown_is_never_forgotten_for_the_seeds_of_its_remedy():
    told = train(replace(SMALL, steps=1))
    memory = Memory()
    problem, *remedies = ([replace(SMALL, seed=at, rate=rate) for at in range(SEEDS)] for rate in range(1, 10))
    for remedy in remedies:
        # As a run of the page does: what is missing is trained, then all of the pair is shown.
        for network in [*problem, *remedy]:
            if memory.recall(network) is None:
                memory.keep(replace(told, network=network))
        assert [one for one in [*problem, *remedy] if memory.recall(one) is None] == []
    assert len(memory._kept) == KEPT


def test_pictures_of_a_long_training_come_ever_more_seldom():
    """A browser that takes seconds for eight charts must not be sent more than it can show: it would hear no click."""
    pauses = [PAINTED_EVERY * SLOWER**count for count in range(20)]
    assert sum(pauses[:12]) > 30, "at most twelve pictures in the first half minute"
    assert pauses[0] < 1, "and the first at once"


def test_each_layer_has_its_row_and_the_output_s_tells_its_weights_alone():
    trained = train(SMALL)
    shown = layers_table(SMALL, trained.last)
    rows = re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)[1:]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    assert [row[0] for row in cells] == ["1", "2", "3", "4", "5 (output)"]
    assert [row[1] for row in cells] == [norm_words(norm) for norm in trained.last.weight_gradients]
    assert all(all(row[2:]) for row in cells[:-1])
    assert cells[-1][2:] == [""] * 5


def test_the_tiles_tell_the_gradient_of_the_first_and_the_last_layer():
    trained = train(SMALL)
    start = trained.snapshots[0].weight_gradients
    told = re.findall("<dd>(.*?)</dd>", tiles(trained))
    assert told[:2] == [norm_words(start[0]), norm_words(start[-1])]
    assert told[0] != told[1]
