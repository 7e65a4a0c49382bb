"""The link's codec: exact both ways, short, and deaf to nothing a stranger may write."""

import random
import string
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

import pytest

from engine import OPTIMIZERS, SCHEDULES
from engine.basis.knob import Knob
from engine.networks import MODELS, model_of
from engine.runs.run import points_of
from engine.studies.races import CRITERIA, RULES
from landscapes import LANDSCAPES, formula
from ui.scene.lane import LONGEST_NAME, Lane
from ui.scene.link import KEYS, decode, encode
from ui.scene.scene import MOST_LANES, MOST_STEPS, VIEWS, Scene, opening
from ui.scene.scenes import DOORS

FORMULAS = (
    "x**2 + y**2",
    "(1 - x)**2 + 100*(y - x**2)**2",
    "sin(x)*cos(y) + 0.1*x**2",
    "exp(-(x**2 + y**2)/4) + x - y",
)
AWKWARD = (
    0.0,
    -0.0,
    5e-324,
    -2.2250738585072014e-308,
    1e-17,
    0.1,
    1 / 3,
    2**53 + 2.0,
    1e22,
    1.7976931348623157e308,
    -1e300,
)


def through_the_address(scene: Scene) -> tuple[Scene, list[str]]:
    """As the stage writes the address and as Streamlit reads it."""
    query = urlencode(encode(scene), safe=",;=:*()")
    return decode(parse_qs(query, keep_blank_values=True))


def any_number(rng: random.Random, low: float, high: float) -> float:
    """Any double in a range, its last bits included, and its ends now and then."""
    return rng.choice((low, high)) if rng.random() < 0.05 else rng.uniform(low, high)


def any_knobs(rng: random.Random, knobs: Mapping[str, Knob]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, knob in knobs.items():
        if rng.random() < 0.5:
            continue
        least, most = knob.bounds
        if knob.many:
            values[name] = rng.sample(range(int(least), int(most)), rng.randint(1, 20))
        elif knob.whole:
            values[name] = rng.randint(int(least), int(min(most, 1e6)))
        else:
            value = any_number(rng, least, min(most, 1e3))
            values[name] = knob.default if knob.open_end and value == most else value
    return values


def any_scene(rng: random.Random) -> Scene:
    landscape = formula(rng.choice(FORMULAS)) if rng.random() < 0.3 else rng.choice(list(LANDSCAPES.values()))
    if rng.random() < 0.1:
        landscape = model_of(rng.choice(list(MODELS))).landscape
    lanes = []
    for _ in range(rng.randint(1, MOST_LANES)):
        optimizer, schedule = rng.choice(list(OPTIMIZERS)), rng.choice(list(SCHEDULES))
        lanes.append(
            Lane(
                optimizer,
                10 ** rng.uniform(-300, 300) if rng.random() < 0.2 else 10 ** rng.uniform(-4, 1),
                any_knobs(rng, OPTIMIZERS[optimizer].knobs),
                schedule,
                any_knobs(rng, SCHEDULES[schedule].knobs),
                name=rng.choice(("", "", "too low", "β = 0.9, γ & co.", "50 % + 1 #2", "a" * LONGEST_NAME)),
                look=rng.choice((None, None, *OPTIMIZERS)),
                hidden=rng.random() < 0.2,
            )
        )
    steps = rng.randint(1, MOST_STEPS)
    x0, y0 = rng.uniform(-10, 10), rng.uniform(-10, 10)
    maybe = lambda value: value if rng.random() < 0.5 else None  # noqa: E731
    return Scene(
        landscape,
        tuple(lanes),
        window=maybe(((x0, x0 + rng.uniform(0.1, 9)), (y0, y0 + rng.uniform(0.1, 9)))),
        start=maybe((rng.choice(AWKWARD), any_number(rng, -5, 5))),
        steps=steps,
        gradient_tolerance=rng.choice((1e-6, 0.0, 10 ** rng.uniform(-20, 2))),
        loss_tolerance=rng.choice((0.0, 10 ** rng.uniform(-20, 2))),
        noise=rng.choice((0.0, rng.uniform(0, 10))),
        seed=rng.choice((0, rng.randint(0, 2**32 - 1))),
        clip_norm=maybe(10 ** rng.uniform(-3, 3)),
        clip_value=maybe(10 ** rng.uniform(-3, 3)),
        batch_size=maybe(rng.randint(1, points_of(landscape))) if points_of(landscape) else None,
        focus=rng.randrange(len(lanes)),
        playhead=maybe(rng.randint(0, steps)),
        view=rng.choice(VIEWS),
        lecture=rng.random() < 0.3,
        axes=rng.random() < 0.8,
        rule=rng.choice(list(RULES)),
        criterion=rng.choice(CRITERIA),
        door=maybe(rng.choice(list(DOORS))),
    )


@pytest.mark.parametrize("seed", range(300))
def test_any_scene_comes_back_exactly(seed: int):
    scene = any_scene(random.Random(seed))
    assert through_the_address(scene) == (scene, [])


def test_the_random_scenes_cover_every_setting():
    """Otherwise the test above says less than it seems to."""
    scenes = [any_scene(random.Random(seed)) for seed in range(300)]
    blank = Scene(LANDSCAPES["bowl"], ())
    for field in fields(Scene):
        assert any(getattr(scene, field.name) != getattr(blank, field.name) for scene in scenes), field.name
    for key, optimizer in OPTIMIZERS.items():
        for name, knob in optimizer.knobs.items():
            assert any(
                lane.optimizer == key and lane.knobs[name] != knob.default for scene in scenes for lane in scene.lanes
            )
    for key, schedule in SCHEDULES.items():
        for name, knob in schedule.knobs.items():
            lanes = [lane for scene in scenes for lane in scene.lanes if lane.schedule == key]
            assert any(lane.schedule_knobs[name] != knob.default for lane in lanes)


def test_a_door_that_does_not_exist_costs_a_sentence_and_nothing_else():
    scene, notices = decode(parse_qs("land=bowl&door=rate&lane=adam;rate=0.2"))
    assert notices == ['There is no prepared picture "rate". Did you mean "rates"? No task is shown.']
    assert scene == Scene(LANDSCAPES["bowl"], (Lane("adam", 0.2),))


def test_only_differences_are_written():
    assert encode(Scene(LANDSCAPES["bowl"], (Lane(),))) == [
        ("v", "1"),
        ("land", "bowl"),
        ("lane", "gradient_descent;rate=0.01"),
    ]
    lane = Lane("adam", 0.05, {"beta1": 0.8, "beta2": 0.999}, "step", {"gamma": 0.5})
    scene = Scene(LANDSCAPES["bowl"], (Lane(), lane), steps=500, noise=0.5, focus=1, playhead=3)
    assert encode(scene) == [
        ("v", "1"),
        ("land", "bowl"),
        ("noise", "0.5"),
        ("focus", "2"),
        ("step", "3"),
        ("lane", "gradient_descent;rate=0.01"),
        ("lane", "adam;rate=0.05;beta1=0.8;schedule=step;gamma=0.5"),
    ]


def test_the_documented_link_reads_as_documented():
    link = (
        "land=himmelblau&start=0.2,4.4&steps=200&lane=momentum;rate=0.01;momentum=0.9"
        "&lane=adam;rate=0.05;schedule=cosine;t_max=200"
    )
    scene, notices = decode(parse_qs(link))
    assert notices == []
    assert scene == Scene(
        LANDSCAPES["himmelblau"],
        (Lane("momentum", 0.01), Lane("adam", 0.05, {}, "cosine", {"t_max": 200})),
        start=(0.2, 4.4),
        steps=200,
    )


def test_an_empty_query_is_the_opening_picture():
    assert decode({}) == (opening(), [])


def test_a_link_without_lanes_has_one():
    scene, notices = decode({"land": ["bowl"]})
    assert (scene.lanes, notices) == ((Lane(),), [])


# A link in which every value differs from its default, so that a default that stands in is seen.
GOOD = {
    "land": ["bowl"],
    "window": ["-1,2,-3,4"],
    "start": ["0.5,1.5"],
    "steps": ["120"],
    "gradient_tolerance": ["0.001"],
    "loss_tolerance": ["0.002"],
    "noise": ["0.25"],
    "seed": ["9"],
    "clip_norm": ["3"],
    "clip_value": ["2"],
    "focus": ["2"],
    "step": ["50"],
    "lane": ["momentum;rate=0.2;momentum=0.5;schedule=step;step_size=12;gamma=0.7", "adam;rate=0.3;beta1=0.4"],
}
BAD = {
    "land": ("", "nowhere", "formula:", "formula:x +", "formula:__import__('os')", "BOWL", "\x00"),
    "window": ("", "1,2,3", "a,b,c,d", "2,1,0,1", "0,0,0,1", "nan,1,0,1", "0,inf,0,1", "1,2,3,4,5"),
    "start": ("", "1", "1,2,3", "nan,0", "0,inf", "1e400,0", "a,b", ",", "[1,2]"),
    "steps": ("", "0", "-1", "1.5", "1000000", "1e400", "nan", "1e3000", "many", "9" * 5000, "True"),
    "gradient_tolerance": ("", "-1", "nan", "inf", "x"),
    "loss_tolerance": ("", "-1e-9", "nan", "inf", "x"),
    "noise": ("", "-0.1", "nan", "1e400", "loud"),
    "seed": ("", "-1", "0.5", "4294967296", "nan", "x"),
    "clip_norm": ("0", "-1", "nan", "inf", "x"),
    "clip_value": ("0", "-1", "nan", "inf", "x"),
    "focus": ("", "0", "3", "-1", "1.5", "x"),
    "step": ("", "-1", "121", "1.5", "nan", "x"),
}
FIELD = {"land": "landscape", "step": "playhead"}


def without(key: str) -> Scene:
    return decode({name: values for name, values in GOOD.items() if name != key})[0]


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_a_bad_value_costs_one_notice_and_its_own_default(key: str, value: str):
    scene, notices = decode({**GOOD, key: [value]})
    good, none = decode(GOOD)
    assert none == []
    field = FIELD.get(key, key)
    default = getattr(without(key), field)
    assert default != getattr(good, field), "or it would not be seen that the default stands in"
    assert scene == replace(good, **{field: default})
    assert len(notices) == 1
    readable(notices[0])


@pytest.mark.parametrize(
    ("setting", "name", "default"),
    [
        ("rate=0", "rate", 0.01),
        ("rate=-1", "rate", 0.01),
        ("rate=NaN", "rate", 0.01),
        ("rate=1e400", "rate", 0.01),
        ("rate=", "rate", 0.01),
        ("rate=fast", "rate", 0.01),
    ],
)
def test_a_bad_rate_costs_one_notice_and_no_other_lane(setting: str, name: str, default: float):
    bad = [GOOD["lane"][0].replace("rate=0.2", setting), GOOD["lane"][1]]
    scene, notices = decode({**GOOD, "lane": bad})
    good, _ = decode(GOOD)
    assert scene == replace(good, lanes=(replace(good.lanes[0], **{name: default}), good.lanes[1]))
    assert len(notices) == 1
    readable(notices[0])


@pytest.mark.parametrize(
    ("part", "whose", "name"),
    [
        ("momentum=2", "knobs", "momentum"),
        ("momentum=nan", "knobs", "momentum"),
        ("step_size=0", "schedule_knobs", "step_size"),
        ("step_size=1.5", "schedule_knobs", "step_size"),
        ("gamma=1e400", "schedule_knobs", "gamma"),
        ("gamma=", "schedule_knobs", "gamma"),
    ],
)
def test_a_bad_knob_costs_one_notice_and_its_own_default(part: str, whose: str, name: str):
    lane = [setting for setting in GOOD["lane"][0].split(";") if not setting.startswith(f"{name}=")]
    scene, notices = decode({**GOOD, "lane": [";".join([*lane, part]), GOOD["lane"][1]]})
    good, _ = decode(GOOD)
    registry = OPTIMIZERS["momentum"].knobs if whose == "knobs" else SCHEDULES["step"].knobs
    values = {**getattr(good.lanes[0], whose), name: registry[name].default}
    assert scene == replace(good, lanes=(replace(good.lanes[0], **{whose: values}), good.lanes[1]))
    assert len(notices) == 1
    readable(notices[0])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"lr": ["1"]}, 'no setting in a link named "lr"'),
        ({"stpes": ["1"]}, 'Did you mean "steps"?'),
        ({"lane": ["adan;rate=1", "adam"]}, 'Did you mean "adam"?'),
        ({"lane": ["adam;beta3=1"]}, 'Did you mean "beta2"?'),
        ({"lane": ["adam;momentum=0.5"]}, "no setting of Adam named"),
        ({"lane": ["adam;fast"]}, '"fast" is no setting'),
        ({"lane": ["adam;schedule=cosin"]}, 'Did you mean "cosine"?'),
        ({"steps": ["7", "8"]}, "names steps more than once"),
        ({"v": ["2"]}, 'of version "2"'),
        ({"lane": ["adam"] * (MOST_LANES + 1)}, "at most 16 lanes"),
    ],
)
def test_what_cannot_be_taken_is_named(query: dict[str, list[str]], words: str):
    _, notices = decode(query)
    assert len(notices) == 1
    assert words in notices[0]
    readable(notices[0])


def readable(notice: str) -> None:
    """A sentence, short, that carries nothing of a stranger's that could hurt."""
    assert notice[0].isupper() or notice[0] == '"', notice  # a quoted piece of what was written, or a sentence of ours
    assert notice.endswith((".", "?"))
    assert "\n" not in notice
    assert "\x00" not in notice
    assert len(notice) < 400, notice


POISON = (
    *("nan", "inf", "-inf", "1e400", "-1", "0", "", "9" * 6000, "1_000", "0x10", "1e-400", "true", "None", "1+1j"),
    *("٣", "½", "∞", "\ud800", "\x00", "%00", "<script>", "'; --"),
    *("formula:" + "(" * 3000, "formula:" + "x**" * 300 + "2", "formula:9**9**9**9", "formula:x" + "+y" * 2000),
    *("formula:lambda: 0", "formula:[x for x in ()]", "formula:x.__class__", "formula:1/0", "formula:0/0*x"),
    *("formula:'a'", "formula:\n"),
)
LETTERS = string.ascii_letters + string.digits + "=;,.&%+-*/()<>:_ \"'\\\n\t\x00éλ∇😀"


def mutated(rng: random.Random, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    pairs = list(pairs)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(pairs))
        key, value = pairs[at]
        way = rng.randrange(7)
        if way == 0:
            pairs[at] = (key, rng.choice(POISON))
        elif way == 1:
            pairs.append((rng.choice((key, rng.choice(KEYS), "".join(rng.choices(LETTERS, k=6)))), value))
        elif way == 2 and len(pairs) > 1:
            del pairs[at]
        elif way == 3:
            cut = rng.randint(0, len(value))
            pairs[at] = (
                key,
                value[:cut] + "".join(rng.choices(LETTERS, k=rng.randint(1, 5))) + value[cut + rng.randint(0, 3) :],
            )
        elif way == 4:
            pairs[at] = (rng.choice(KEYS), value)
        elif way == 5:
            parts = value.split(";")
            part = rng.randrange(len(parts))
            parts[part] = f"{parts[part].partition('=')[0]}={rng.choice(POISON)}"
            pairs[at] = (key, ";".join(parts))
        else:
            pairs[at] = (key, value[: rng.randint(0, len(value))])
    return pairs


def test_two_thousand_mutations_raise_nothing_and_leave_a_scene_that_runs():
    rng = random.Random(20_240_601)
    noticed = 0
    for _ in range(2_000):
        pairs = mutated(rng, encode(any_scene(rng)))
        query: dict[str, list[str]] = {}
        for key, value in pairs:
            query.setdefault(key, []).append(value)
        scene, notices = decode(query)
        noticed += bool(notices)
        for notice in notices:
            readable(notice)
        # What is left is a picture: the engine takes it, and it has a link of its own.
        assert len(scene.runs()) == len(scene.lanes) >= 1
        assert 0 <= scene.focus < len(scene.lanes)
        assert scene.playhead is None or 0 <= scene.playhead <= scene.steps
        assert through_the_address(scene) == (scene, [])
    assert noticed > 1_000, "the mutations must bite"


def test_the_address_holds_what_was_encoded():
    """The stage writes the pairs with some marks left as they are; a browser and Streamlit must read the same pairs."""
    scene = replace(any_scene(random.Random(1)), landscape=formula("(x + y)**2 / 4 + 25*(x - y)**2"))
    pairs = encode(scene)
    assert parse_qsl(urlencode(pairs, safe=",;=:*()"), strict_parsing=True) == pairs


@pytest.mark.parametrize(("length", "y"), [(4_000, 2.5), (4_001, 2.0)])
def test_a_value_is_read_up_to_four_thousand_characters(length: int, y: float):
    """A longer one is cut, not refused: what a stranger may send must cost no more to read."""
    scene, _ = decode({"land": ["bowl"], "start": ["1," + "2.5".rjust(length - 2, "0")], "lane": ["gradient_descent"]})
    assert scene.start == (1.0, y)


def test_a_lane_s_name_look_and_hiding_are_keys_of_its_own():
    lanes = (Lane("adam", 0.1, name="just right"), Lane("adam", 0.01, name="too low", look="lion", hidden=True))
    scene = Scene(LANDSCAPES["bowl"], lanes)
    assert encode(scene)[-2:] == [
        ("lane", "adam;rate=0.1;name=just right"),
        ("lane", "adam;rate=0.01;name=too low;look=lion;hidden=1"),
    ]
    assert through_the_address(scene) == (scene, [])


@pytest.mark.parametrize(
    ("setting", "said"),
    [("name=" + "n" * 33, "32 letters, got 33"), ("look=lino", '"lion"'), ("hidden=yes", "0 or 1, got")],
)
def test_a_bad_name_look_or_hiding_costs_a_sentence_and_nothing_else(setting: str, said: str):
    scene, (notice,) = decode({"land": ["bowl"], "lane": [f"adam;rate=0.2;{setting};beta1=0.8"]})
    assert said in notice
    assert scene.lanes == (Lane("adam", 0.2, {"beta1": 0.8}),)


def test_a_name_stays_on_one_line_and_in_its_setting():
    assert Lane("adam", name="  a;b\n c\u202e ").name == "a,b c"


@pytest.mark.parametrize(
    ("query", "values", "said"),
    [
        ("land=ravine&param=kappa:200", {"kappa": 200}, None),
        ("land=formula:a*x**2+%2B+b*y**2&param=a:2,b:0.5:0:1", {"a": 2, "b": 0.5}, None),
        ("land=ravine&param=kappa:nan", {"kappa": 50}, "got nan. 50 is used."),
        ("land=ravine&param=kappa:1e9", {"kappa": 50}, "50 is used."),
        ("land=ravine&param=kappa:lots", {"kappa": 50}, "got lots. 50 is used."),
        ("land=ravine&param=kappa", {"kappa": 50}, "got nothing. 50 is used."),
        ("land=ravine&param=mu:3", {"kappa": 50}, 'no parameter "mu"'),
        ("land=saddle&param=a:9999,b:3", {"a": 2, "b": 3}, "got 9999. 2 is used."),
        ("land=saddle&param=a:3:5:4", {"a": 3, "b": -2}, "from a smaller to a larger number; got 5 to 4. Its slider"),
        ("land=saddle&param=a:3:5", {"a": 3, "b": -2}, "A slider has two ends"),
        ("land=bowl&param=a:3", {}, "It was left out."),
    ],
)
def test_a_bad_parameter_costs_a_notice_and_its_own_default(query, values, said):
    scene, notices = decode(parse_qs(query + "&lane=adam;rate=0.2"))
    names = [one.name for one in scene.landscape.parameters]
    assert dict(zip(names, scene.landscape.values, strict=True)) == values
    assert scene.lanes[0].rate == 0.2
    assert [said in notice for notice in notices] == ([True] if said else [])


def test_parameters_and_their_sliders_travel_in_the_link():
    scene, _ = decode(parse_qs("land=formula:a*x**2+%2B+b*y**2&param=a:2.25,b:1:0.01:40"))
    assert [(one.low, one.high, one.log) for one in scene.landscape.parameters] == [(-5, 5, False), (0.01, 40, True)]
    assert ("land", "formula:a*x**2 + b*y**2") in encode(scene)
    assert ("param", "a:2.25,b:1:0.01:40") in encode(scene)
    assert decode(parse_qs(urlencode(encode(scene)))) == (scene, [])
    assert "param" not in dict(encode(decode(parse_qs("land=ravine"))[0]))
