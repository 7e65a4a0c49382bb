"""A visitor's table on the page of two weights: what is made of it, what is said of it, and where it travels."""

from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import descend
from engine.tables import OwnData, data_on, own_model
from tests.server import ROOT
from ui.scene.file import read_scene, scene_json
from ui.scene.link import decode, encode
from ui.scene.scene import Scene, opening_of

TABLE = "area;rooms;price;sold\n50;2;120,5;no\n80;3;190;yes\n95;3;250;no\nx;4;300;yes\n120;5;270;yes\n140;4;;yes\n"


def page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=60).run()
    app.switch_page("two_weights.py").run()
    assert not app.exception
    return app


def pasted(table: str) -> AppTest:
    app = page()
    app.text_area(key="own_paste").set_value(table)
    app.button(key="own_use").click()
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> OwnData:
    data = data_on(app.session_state["scene"].landscape)
    assert data is not None
    return data


def told(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def test_a_pasted_table_is_a_surface_and_its_columns_are_chosen_by_name():
    app = pasted(TABLE)
    data = shown(app)
    assert (data.input_name, data.target_name, data.loss) == ("area", "sold", "logistic")
    assert app.selectbox(key="own_input").options == ["area", "rooms", "price", "sold"]
    assert "6 rows, 4 columns by semicolons, decimal comma, the first row names them." in told(app)
    app.selectbox(key="own_target").set_value("price").run()
    app.selectbox(key="own_loss").set_value("squared").run()
    data = shown(app)
    assert data.inputs.tolist() == [50, 80, 95, 120]
    assert data.targets.tolist() == [120.5, 190, 250, 270]
    assert "Row 5, area: “x” is no number, so the row is left out." in told(app)
    assert "Row 7, price: empty, so the row is left out." in told(app)
    # The first picture is no blow-up: plain descent begins at a rate that the curvature can take.
    for run in app.session_state["scene"].runs():
        assert descend(run).outcome.kind != "diverged"


def test_scaling_turns_the_ravine_into_a_bowl():
    app = pasted("area,price\n" + "\n".join(f"{50 + 7 * i},{100 + 20 * i + i % 3}" for i in range(12)))
    assert "scaling turns a ravine into a bowl" in told(app)
    assert shown(app).loss == "squared"
    app.toggle(key="own_scaled").set_value(True).run()
    assert shown(app).standardised
    gradient_descent = descend(app.session_state["scene"].runs()[0])
    design = np.column_stack([shown(app).descended, np.ones(12)])
    solved = np.linalg.lstsq(design, shown(app).targets, rcond=None)[0]
    np.testing.assert_allclose(gradient_descent.points[-1], solved, rtol=1e-6)
    app.slider(key="own_l2").set_value(0.5).run()
    assert shown(app).l2 == 0.5
    app.selectbox(key="own_loss").set_value("huber").run()
    assert shown(app).loss == "huber"
    assert "Condition number" not in told(app)


@pytest.mark.parametrize("table", ["", "hello", "1\n2\n3", "a,b\nx,y\n", "a,b\n1,2\n"])
def test_a_table_that_is_none_is_told_and_nothing_is_lost(table: str):
    app = page()
    before = app.session_state["scene"]
    app.text_area(key="own_paste").set_value(table)
    app.button(key="own_use").click()
    app.run()
    assert not app.exception
    assert app.session_state["scene"] == before
    assert len(app.warning) == 1
    assert app.text_area(key="own_paste").value == table


def test_the_same_column_twice_is_refused_and_the_picture_stays():
    app = pasted(TABLE)
    app.selectbox(key="own_target").set_value("area").run()
    assert shown(app).target_name == "sold"
    assert "Input and target are the same column" in app.warning[0].value.replace("\\", "")


def scene_of(points: int) -> Scene:
    draw = np.random.default_rng(points)
    inputs, targets = draw.normal(0, 3, (2, points))
    return opening_of(own_model(OwnData(inputs, targets, "Größe", "y;=&", l2=0.1, standardised=True)).landscape)


def test_two_hundred_points_travel_in_the_link_to_the_bit():
    scene = scene_of(200)
    again, notices = decode(parse_qs(urlencode(encode(scene), safe=",;=:*()"), keep_blank_values=True))
    assert notices == []
    one, other = data_on(again.landscape), data_on(scene.landscape)
    assert one is not None
    assert other is not None
    assert one.inputs.tobytes() == other.inputs.tobytes()
    assert one.targets.tobytes() == other.targets.tobytes()
    assert encode(again) == encode(scene)


@pytest.mark.parametrize("points", [30, 201, 2_000])
def test_any_number_of_points_travels_in_the_file(points: int):
    scene = scene_of(points)
    content = scene_json(scene).encode()
    inputs = data_on(scene.landscape).inputs.tobytes()  # pyright: ignore[reportOptionalMemberAccess]
    again, notices = read_scene(content)
    assert notices == []
    assert data_on(again.landscape).inputs.tobytes() == inputs  # pyright: ignore[reportOptionalMemberAccess]


def test_a_link_that_only_names_its_data_says_so():
    scene, notices = decode({"land": ["data:x=a;y=b;points=held.0123456789"], "lane": ["adam"]})
    assert scene.landscape.key == "himmelblau"
    assert "load the saved picture, or paste the table again" in notices[0]


def test_points_that_the_hand_has_moved_are_taken_over_and_the_window_stands_still():
    data = OwnData([1.0, 2.0, 4.0], [1.0, 3.0, 2.0], "a", "b")
    scene = opening_of(own_model(data).landscape)
    moved = OwnData([1.0, 2.0, 4.0, 5.5], [1.0, 3.0, -9.0, 0.25], "a", "b")
    hand = {
        "landscape": f"data:x=a;y=b;points=1,2,4,5.5*1,3,{-9.0},0.25",
        "start": [0.5, 0.0],
        "lanes": [
            {name: getattr(lane, name) for name in ("optimizer", "rate", "knobs", "schedule", "schedule_knobs")}
            for lane in scene.lanes
        ],
        "focus": 0,
        "playhead": None,
        "batch_size": None,
    }
    after = scene.moved_by(hand)
    assert after.landscape.text == moved.text
    assert after.window == scene.landscape.window
    assert after.start == (0.5, 0.0)
    other = {**hand, "landscape": "data:loss=huber;x=a;y=b;points=1,2*3,4"}
    assert scene.moved_by(other) == scene
    with pytest.raises(ValueError, match="a target for each input"):
        scene.moved_by({**hand, "landscape": "data:x=a;y=b;points=1,2*3"})
