"""Edits of a scene: each changes what it says and keeps everything else."""

from dataclasses import asdict, replace

import pytest

from engine import OPTIMIZERS, SCHEDULES, Run, landscape_of
from engine.networks import model_of
from landscapes import LANDSCAPES, formula
from ui.scene.lane import Lane
from ui.scene.scene import MOST_STEPS, Scene, opening, opening_of

SCENE = Scene(
    LANDSCAPES["himmelblau"],
    (
        Lane("gradient_descent", 0.004),
        Lane("momentum", 0.02, {"momentum": 0.5}, "step", {"gamma": 0.3}),
        Lane("adam", 0.05, {"beta1": 0.8}),
    ),
    start=(1.0, 2.0),
    steps=120,
    noise=0.5,
    seed=7,
    clip_norm=3.0,
    focus=1,
    playhead=13,
)


def hand(scene: Scene, **changes: object) -> dict[str, object]:
    """What the stage sends when a hand lets go of this scene."""
    return {
        "revision": 1,
        "landscape": scene.landscape.text,
        "live": True,
        "start": list(scene.start or scene.landscape.start),
        "focus": scene.focus,
        "playhead": scene.playhead,
        "lanes": [asdict(lane) for lane in scene.lanes],
        **changes,
    }


def test_a_lane_holds_every_knob():
    for key, optimizer in OPTIMIZERS.items():
        for schedule_key, schedule in SCHEDULES.items():
            lane = Lane(key, schedule=schedule_key)
            assert lane.knobs == {name: knob.default for name, knob in optimizer.knobs.items()}
            assert lane.schedule_knobs == {name: knob.default for name, knob in schedule.knobs.items()}


def test_a_scene_is_one_run_a_lane():
    runs = SCENE.runs()
    assert runs[1] == Run(
        "himmelblau", optimizer="momentum", start=(1.0, 2.0), rate=0.02, knobs={"momentum": 0.5}, schedule="step",
        schedule_knobs={"gamma": 0.3}, steps=120, noise=0.5, seed=7, clip_norm=3.0,
    )  # fmt: skip
    assert [run.optimizer for run in runs] == ["gradient_descent", "momentum", "adam"]
    assert replace(SCENE, start=None).runs()[0].start == LANDSCAPES["himmelblau"].start


def test_the_defaults_are_the_engine_s():
    run, scene = Run("bowl"), Scene(LANDSCAPES["bowl"], (Lane(),))
    assert scene.runs() == [run]


def test_the_opening_runs():
    assert [run.optimizer for run in opening().runs()] == [
        "gradient_descent",
        "momentum",
        "nesterov",
        "rmsprop",
        "adam",
    ]


def test_another_landscape_keeps_the_methods_and_forgets_places():
    scene = replace(SCENE, window=((0.0, 1.0), (0.0, 1.0))).with_landscape(LANDSCAPES["bowl"])
    assert scene == replace(SCENE, landscape=LANDSCAPES["bowl"], window=None, start=None, playhead=None)


def test_optimizers_that_stay_keep_their_settings_and_new_ones_take_the_focused_rate_and_schedule():
    scene = SCENE.with_optimizers(["adam", "momentum", "rmsprop"])
    assert [lane.optimizer for lane in scene.lanes] == ["momentum", "rmsprop", "adam"], "in the menu's order"
    assert scene.lanes[0] == SCENE.lanes[1]
    assert scene.lanes[2] == SCENE.lanes[2]
    assert scene.lanes[1] == Lane("rmsprop", 0.02, {}, "step", {"gamma": 0.3})
    assert replace(scene, lanes=SCENE.lanes, focus=SCENE.focus) == SCENE


@pytest.mark.parametrize(
    ("keys", "focused"),
    [
        (["momentum"], "momentum"),
        (["momentum", "adam"], "momentum"),
        (["gradient_descent", "nesterov", "momentum"], "momentum"),
        (["gradient_descent", "adam"], "gradient_descent"),
        (["adam"], "adam"),
    ],
)
def test_the_focus_stays_with_its_optimizer(keys: list[str], focused: str):
    scene = SCENE.with_optimizers(keys)
    assert scene.lanes[scene.focus].optimizer == focused


def test_twins_from_a_link_survive_a_pill():
    twins = Scene(LANDSCAPES["bowl"], (Lane("adam", 0.1), Lane("adam", 0.2)), focus=1)
    scene = twins.with_optimizers(["adam", "momentum"])
    assert [(lane.optimizer, lane.rate) for lane in scene.lanes] == [("momentum", 0.2), ("adam", 0.1), ("adam", 0.2)]
    assert scene.lanes[scene.focus] == twins.lanes[1]


def test_a_schedule_is_for_every_lane_and_the_same_one_keeps_its_knobs():
    scene = SCENE.with_schedule("step")
    assert scene.lanes[1] == SCENE.lanes[1]
    assert scene.lanes[0] == Lane("gradient_descent", 0.004, schedule="step")
    assert scene.lanes[2].knobs["beta1"] == 0.8
    assert replace(scene, lanes=SCENE.lanes) == SCENE


def test_a_hand_that_did_nothing_changes_nothing():
    assert SCENE.moved_by(hand(SCENE)) == SCENE
    assert opening().moved_by(hand(opening())) == opening()


def test_a_hand_moves_start_rate_knobs_focus_and_playhead():
    lanes = (
        SCENE.lanes[0],
        replace(SCENE.lanes[1], rate=0.3, schedule_knobs={"gamma": 0.9, "step_size": 5}),
        Lane("adam", 0.05, {"eps": 1e-4}),
    )
    wish = replace(SCENE, start=(-1.0, 0.25), lanes=lanes, focus=2, playhead=None)
    assert SCENE.moved_by(hand(wish)) == wish


def test_a_start_at_the_surface_s_own_place_needs_no_word():
    home = LANDSCAPES["himmelblau"].start
    assert SCENE.moved_by(hand(SCENE, start=list(home))).start is None


def test_a_start_on_another_surface_is_late():
    assert SCENE.moved_by(hand(SCENE, landscape="bowl", start=[0, 0])) == SCENE


def test_runs_that_were_moved_while_another_surface_came_are_moved():
    lanes = (replace(SCENE.lanes[0], rate=0.9), *SCENE.lanes[1:])
    late = hand(replace(SCENE, lanes=lanes, focus=0, playhead=1), landscape="bowl", start=[0, 0])
    assert SCENE.moved_by(late) == replace(SCENE, lanes=lanes, focus=0)


def test_a_rate_that_was_moved_while_a_pill_was_pressed_is_moved():
    picked = SCENE.with_optimizers([*(lane.optimizer for lane in SCENE.lanes), "bfgs"])
    lanes = (replace(SCENE.lanes[0], rate=0.9), *SCENE.lanes[1:])
    moved = picked.moved_by(hand(replace(SCENE, lanes=lanes)))
    assert moved.lanes == tuple(lanes[0] if lane == SCENE.lanes[0] else lane for lane in picked.lanes)


def test_a_hand_on_other_lanes_moves_only_the_start():
    """A pill was pressed while the hand was still on the stage."""
    other = replace(SCENE, start=(3.0, 3.0), lanes=SCENE.lanes[:2], focus=0, playhead=1)
    assert SCENE.moved_by(hand(other)) == replace(SCENE, start=(3.0, 3.0))


def test_a_picture_that_was_turned_while_another_surface_came_is_turned():
    """M was pressed right before another surface was picked: the hand has not seen that one yet."""
    late = hand(SCENE, landscape="bowl", view="surface", axes=not SCENE.axes)
    assert SCENE.moved_by(late) == SCENE, "what the hand has not changed is the picker's"
    turned = SCENE.moved_by({**late, "looked": ["view", "axes"]})
    assert turned == replace(SCENE, view="surface", axes=not SCENE.axes)
    assert SCENE.moved_by({**late, "view": "cut", "looked": ["view"]}) == SCENE, "of two variables"
    with pytest.raises(ValueError, match="view that does not exist"):
        SCENE.moved_by({**late, "view": "inside", "looked": ["view"]})


def test_a_hand_under_another_schedule_keeps_the_new_schedule():
    other = replace(
        SCENE, lanes=(replace(SCENE.lanes[0], rate=0.9, schedule="cosine", schedule_knobs={}), *SCENE.lanes[1:])
    )
    moved = SCENE.moved_by(hand(other))
    assert moved.lanes[0] == replace(SCENE.lanes[0], rate=0.9)


@pytest.mark.parametrize(
    "changes",
    [
        {"start": [float("nan"), 0]},
        {"start": [0, float("inf")]},
        {"start": [1]},
        {"start": None},
        {"start": "here"},
        {"focus": 3},
        {"focus": -1},
        {"playhead": -1},
        {"playhead": MOST_STEPS + 1},
        {"lanes": [{**asdict(SCENE.lanes[0]), "rate": 0}, *map(asdict, SCENE.lanes[1:])]},
        {"lanes": [{**asdict(SCENE.lanes[0]), "rate": float("nan")}, *map(asdict, SCENE.lanes[1:])]},
        {
            "lanes": [
                asdict(SCENE.lanes[0]),
                {**asdict(SCENE.lanes[1]), "knobs": {"momentum": 2}},
                asdict(SCENE.lanes[2]),
            ]
        },
        {"lanes": [{**asdict(SCENE.lanes[0]), "optimizer": "adan"}]},
        {"lanes": [{**asdict(SCENE.lanes[0]), "schedule": "cosin"}, *map(asdict, SCENE.lanes[1:])]},
    ],
    ids=str,
)
def test_a_hand_with_values_that_are_none_is_refused_with_a_sentence(changes: dict[str, object]):
    with pytest.raises(ValueError, match=r"^[A-Z].*[.?]$"):
        SCENE.moved_by(hand(SCENE, **changes))


def test_a_scene_that_would_keep_a_visitor_waiting_is_refused_with_a_sentence():
    deep = Scene(landscape_of("network:plane=random"), (Lane(), Lane("adam")), steps=200)
    assert deep.affordable() is deep
    with pytest.raises(ValueError, match=r"2 methods may make \d+ steps, got 10,000"):
        replace(deep, steps=10_000).affordable()
    formulas = Scene(LANDSCAPES["bowl"], tuple(Lane(key) for key in OPTIMIZERS), steps=MOST_STEPS)
    assert formulas.affordable() is formulas


def test_a_batch_size_stays_where_it_fits():
    scene = opening_of(model_of("logistic_regression").landscape)
    assert scene.batch_size == 8
    assert scene.with_landscape(model_of("tanh_unit").landscape).batch_size == 8
    assert replace(scene, batch_size=50).with_landscape(model_of("tanh_unit").landscape).batch_size is None
    assert scene.with_landscape(LANDSCAPES["bowl"]).batch_size is None


def listed(scene: Scene, *lanes: Lane, shapes: tuple[str, ...] | None = None, **others) -> dict:
    """What the stage tells when its own list of runs has become another one."""
    known = (",".join(lane.shape for lane in scene.lanes),) if shapes is None else shapes
    return {**hand(scene), "lanes": [vars(lane) for lane in lanes], "shapes": list(known), "focus": 0, **others}


def test_the_stage_may_add_move_and_remove_runs():
    first, second, third = SCENE.lanes
    twin = replace(first, rate=0.5, name="the same, faster", look="lion")
    for lanes in ((third, first, second), (first,), (*SCENE.lanes, twin), (twin,) * 16):
        moved = SCENE.moved_by(listed(SCENE, *lanes, focus=len(lanes) - 1))
        assert moved.lanes == lanes
        assert moved.focus == len(lanes) - 1
        assert [run.optimizer for run in moved.runs()] == [lane.optimizer for lane in lanes]


def test_a_second_edit_counts_before_the_first_is_echoed():
    told = listed(SCENE, SCENE.lanes[0])
    once = SCENE.moved_by(told)
    again = listed(SCENE, *SCENE.lanes, shapes=(*told["shapes"], ",".join(lane.shape for lane in once.lanes)))
    assert once.moved_by(again).lanes == SCENE.lanes


def test_runs_that_a_picker_has_changed_meanwhile_stay():
    picked = SCENE.with_optimizers(["bfgs"])
    assert picked.moved_by(listed(SCENE, SCENE.lanes[0])).lanes == picked.lanes


@pytest.mark.parametrize("count", [0, 17])
def test_too_few_and_too_many_runs_are_refused(count: int):
    with pytest.raises(ValueError, match=f"holds 1 to 16 runs, the stage sent {count}"):
        SCENE.moved_by(listed(SCENE, *[SCENE.lanes[0]] * count))


def test_a_pill_keeps_the_order_that_the_runs_were_given():
    adam, descent = Lane("adam", 0.1), Lane("gradient_descent", 0.2)
    turned = Scene(LANDSCAPES["bowl"], (adam, descent, Lane("adam", 0.3)), focus=2)
    scene = turned.with_optimizers(["adam", "gradient_descent", "momentum"])
    assert [(lane.optimizer, lane.rate) for lane in scene.lanes] == [
        ("adam", 0.1), ("gradient_descent", 0.2), ("momentum", 0.3), ("adam", 0.3),
    ]  # fmt: skip
    assert scene.focus == 3
    with pytest.raises(ValueError, match="at most 16 runs, got 17"):
        replace(turned, lanes=(adam,) * 16, focus=0).with_optimizers(["adam", "bfgs"])


def test_a_surface_in_one_variable_opens_as_a_curve_and_another_as_a_map():
    curve = opening().with_landscape(formula("x**4 - 2*x**2"))
    assert curve.view == "cut"
    assert curve.with_landscape(formula("x**2 + y**2")).view == "map"
    assert opening().with_landscape(formula("y**2")).view == "map"
    assert replace(opening(), view="surface").with_landscape(formula("x*y")).view == "surface"
