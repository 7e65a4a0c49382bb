"""The link of two networks: exact both ways, in a plane's own words, and whatever a stranger writes costs sentences."""

import random
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from engine import OPTIMIZERS, SCHEDULES
from engine.networks import (
    ACTIVATIONS,
    DATA_SETS,
    INITIALISATIONS,
    NETWORK_OPTIMIZERS,
    Network,
    names_of,
    parted,
    plane_of,
    text_of,
    with_setting,
)
from tests.ui.test_link import LETTERS, POISON, any_knobs, readable
from ui.networks.link import POINTS, decode, encode, opening
from ui.networks.pairs import PAIRS


def through_the_address(pair: dict[str, Network]) -> tuple[dict[str, Network], list[str]]:
    """As the page writes the address and as Streamlit reads it."""
    return decode(parse_qs(urlencode(encode(pair), safe=",;=:*()"), keep_blank_values=True))


def any_network(rng: random.Random) -> Network:
    """Any network that the page can hold; each setting is at its default now and then."""
    optimizer, schedule, points = rng.choice(NETWORK_OPTIMIZERS), rng.choice(list(SCHEDULES)), rng.choice(POINTS)
    told: dict[str, Any] = {
        "data": rng.choice(DATA_SETS),
        "depth": rng.randint(2, 50),
        "width": rng.randint(2, 128),
        "activation": rng.choice(list(ACTIVATIONS)),
        "initialisation": rng.choice(list(INITIALISATIONS)),
        "batch_norm": rng.random() < 0.5,
        "residual": rng.random() < 0.5,
        "residual_scale": rng.uniform(0, 10),
        "clip_norm": 10 ** rng.uniform(-300, 300),
        "clip_value": 10 ** rng.uniform(-3, 3),
        "rate": 10 ** rng.uniform(-300, 300),
        "steps": rng.randint(1, 5_000),
        "batch_size": rng.randint(1, points),
        "noise": rng.uniform(0, 10),
        "seed": rng.randint(0, 2**32 - 1),
    }
    kept = {name: value for name, value in told.items() if rng.random() < 0.7}
    knobs = {"knobs": any_knobs(rng, OPTIMIZERS[optimizer].knobs)}
    return Network(
        **kept,
        optimizer=optimizer,
        schedule=schedule,
        points=points,
        **knobs,
        schedule_knobs=any_knobs(rng, SCHEDULES[schedule].knobs),
    )


def test_every_pair_comes_back_from_its_address():
    rng = random.Random(6)
    for _ in range(100):
        pair = {"problem": any_network(rng), "remedy": any_network(rng)}
        assert through_the_address(pair) == (pair, [])
    for one in PAIRS:
        pair = {"problem": one.problem, "remedy": one.remedy}
        assert through_the_address(pair) == (pair, [])


def test_a_link_is_short_and_an_empty_one_is_the_opening():
    assert decode({}) == (opening(), [])
    assert encode({"problem": Network(), "remedy": Network(activation="relu", residual=True, rate=0.25)}) == [
        ("v", "1"),
        ("net", "depth=20;width=32"),
        ("net", "depth=20;width=32;activation=relu;residual=on;rate=0.25"),
    ]


def test_a_link_speaks_as_the_name_of_a_plane_does():
    small = Network(depth=3, width=8, schedule="multistep", schedule_knobs={"milestones": [30]}, optimizer="adam")
    [_, (_, text), _] = encode({"problem": small, "remedy": small})
    assert plane_of(f"{text};plane=random").text == text_of(small, "random")


GOOD = (
    "data=xor;depth=5;width=12;activation=relu;initialisation=he;batch_norm=on;residual=on;residual_scale=0.5;"
    "clip_norm=2;clip_value=3;optimizer=momentum;momentum=0.5;rate=0.25;schedule=step;step_size=50;steps=60;"
    "points=100;batch_size=20;noise=0.3;seed=4"
)
BAD = {
    "data": ("moon", "", "7"),
    "depth": ("1", "51", "2.5", "nan", "1e400", "", "deep", "3,4", "9" * 3_000),
    "width": ("1", "129", "x"),
    "activation": ("rely", "none", "<b>"),
    "initialisation": ("xavie",),
    "batch_norm": ("1", "yes", ""),
    "residual": ("2",),
    "residual_scale": ("-1", "11", "nan"),
    "clip_norm": ("0", "-1", "nan"),
    "clip_value": ("0", "inf"),
    "optimizer": ("adan", "bfgs", ""),
    "momentum": ("2", "nan", "none"),
    "rate": ("0", "-1", "NaN", "1e400", "", "none"),
    "schedule": ("cosin",),
    "step_size": ("0", "1.5"),
    "steps": ("0", "5001", "1e400"),
    "points": ("16", "250", "x"),
    "batch_size": ("0", "101", "1.5"),
    "noise": ("-1", "11", "nan"),
    "seed": ("-1", "4294967296", "1.5"),
}


def test_a_bad_value_costs_one_notice_and_its_own_default():
    good, none = decode({"net": [GOOD, GOOD]})
    assert none == []
    assert {name for name in parted(GOOD)[0] if name in names_of(good["problem"])} == BAD.keys()
    for name, values in BAD.items():
        for value in values:
            settings = {**parted(GOOD)[0], name: value}
            lost = {"optimizer": ["momentum"], "schedule": ["step_size"]}.get(name, [])
            without = {one: text for one, text in parted(GOOD)[0].items() if one not in (name, *lost)}
            text = ";".join(f"{one}={told}" for one, told in settings.items())
            pair, notices = decode({"net": [text, GOOD]})
            expected = Network()
            for one, told in without.items():
                expected = with_setting(expected, one, told)
            assert pair == {"problem": expected, "remedy": good["remedy"]}, (name, value)
            assert pair != good
            assert len(notices) == 1 + len(lost), (name, value, notices)
            for notice in notices:
                readable(notice)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"land": ["bowl"], "net": ["", ""]}, 'no setting in a link named "land"'),
        ({"net": ["dept=3", ""]}, 'no setting of a network "dept". Did you mean "depth"?'),
        ({"net": ["beta1=0.5", ""]}, 'no setting of a network "beta1"'),
        ({"net": ["fast", ""]}, 'Of the problem, "fast" is no setting such as depth=20.'),
        ({"net": ["", "plane=path"]}, 'no setting of a network "plane"'),
        ({"net": ["depth=3"]}, "names one network"),
        ({"net": ["depth=3"] * 3}, "the link names 3"),
        ({"v": ["2"], "net": ["", ""]}, 'of version "2"'),
    ],
)
def test_what_cannot_be_taken_is_named(query: dict[str, list[str]], words: str):
    _, notices = decode(query)
    assert len(notices) == 1
    assert words in notices[0]
    readable(notices[0])


def test_three_hundred_mutations_raise_nothing_and_leave_a_pair_with_a_link_of_its_own():
    rng = random.Random(66)
    noticed = 0
    for _ in range(300):
        texts = [text for _, text in encode({"problem": any_network(rng), "remedy": any_network(rng)})[1:]]
        at = rng.randrange(2)
        parts = texts[at].split(";")
        part = rng.randrange(len(parts))
        cut = rng.randint(0, len(texts[at]))
        parts[part] = f"{parts[part].partition('=')[0]}={rng.choice(POISON)}"
        texts[at] = rng.choice(
            (";".join(parts), texts[at][:cut] + "".join(rng.choices(LETTERS, k=4)) + texts[at][cut + 2 :])
        )
        pair, notices = decode({"net": texts})
        noticed += bool(notices)
        for notice in notices:
            readable(notice)
        assert through_the_address(pair) == (pair, [])
    assert noticed > 150, "the mutations must bite"
