"""The page as Streamlit runs it, without a browser: pickers, notices, and the words under the stage."""

from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from engine import OPTIMIZERS, SCHEDULES, descend_many
from landscapes import LANDSCAPES
from lessons import LESSONS
from tests.server import ROOT
from ui.scene.link import decode, encode
from ui.scene.scene import Scene, opening
from ui.scene.scenes import SCENES

PATIENCE = 60


def playground(**query: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=PATIENCE)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if not query:
        app.switch_page("playground.py").run()
    assert not app.exception
    return app


def scene(app: AppTest) -> Scene:
    return app.session_state["scene"]


def words(app: AppTest) -> str:
    """The table of ends, as markup."""
    return "".join(block.proto.body for block in app.get("html") if "<table" in block.proto.body)


def test_the_opening_page_says_what_became_of_five_methods():
    app = playground()
    assert scene(app) == opening()
    assert app.warning == []
    for run in descend_many(opening().runs()):
        assert run.outcome.sentence.replace("<", "&lt;") in words(app)


def test_the_start_page_has_a_door_for_each_prepared_picture_and_no_other():
    app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=PATIENCE).run()
    assert not app.exception
    text = " ".join(block.proto.body for block in app.get("html"))
    for prepared in SCENES:
        assert prepared.title in text
        assert decode(parse_qs(urlencode(encode(prepared.scene)))) == (prepared.scene, [])
    labels = [link.proto.label for link in app.get("page_link")]
    assert labels[-3 - len(SCENES) :] == [
        "Open the playground",
        f"Learn it in {len(LESSONS)} lessons",
        "Teach with it",
        *(prepared.invitation for prepared in SCENES),
    ]
    # Before them stands the list of pages, which phones show.
    pages = [
        "Start",
        "Learn",
        "Playground",
        "Race",
        "Schedules",
        "Terrain",
        "Tuning",
        "Two weights",
        "Networks",
        "Lecture",
    ]
    assert labels[: -3 - len(SCENES)] == pages


@pytest.mark.parametrize("page", ["playground", "race", "schedules", "terrain", "tuning", "two_weights"])
def test_every_page_with_a_picture_saves_and_loads_it(page: str):
    app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=PATIENCE).run()
    app.switch_page(f"{page}.py").run()
    assert not app.exception
    assert "Save and load" in [fold.label for fold in app.sidebar.expander]


def test_the_menus_are_the_registries():
    app = playground()
    assert app.selectbox(key="pick_landscape 0").options == [
        f"{one.name} · {one.group.lower()}" for one in LANDSCAPES.values()
    ]
    assert app.selectbox(key="pick_schedule 0").options == [one.name for one in SCHEDULES.values()]
    drawn = app.get("button_group")[-1].options  # each name behind its mark
    assert [option.split(") ")[-1] for option in drawn] == [one.name for one in OPTIMIZERS.values()]


@pytest.mark.parametrize("key", {one.group: one.key for one in LANDSCAPES.values()}.values())
def test_a_landscape_of_every_group_can_be_chosen(key: str):
    app = playground(land="bowl" if key != "bowl" else "cliff", lane="momentum;rate=0.003", steps="40")
    app.selectbox(key="pick_landscape 0").set_value(key).run()
    assert not app.exception
    assert scene(app).landscape.key == key
    assert scene(app).lanes[0].rate == 0.003
    assert "Momentum" in words(app)


def test_a_formula_from_a_link_stands_in_the_menu():
    app = playground(land="formula:x**2 + y**4", lane="adam;rate=0.1")
    box = app.selectbox(key="pick_landscape 0")
    assert box.value == "formula:x**2 + y**4"
    assert box.options[-1] == "x**2 + y**4"


def test_notices_stay_until_they_are_read():
    app = playground(land="bowl", steps="0", lane="adam;rate=-1")
    assert len(app.warning) == 1
    assert app.warning[0].value.count("\n") == 1, "two notices, a line each"
    app.selectbox(key="pick_landscape 0").set_value("cliff").run()
    assert len(app.warning) == 1
    app.button(key="notices_read").click().run()
    assert app.warning == []
    assert scene(app).landscape.key == "cliff"


def test_a_notice_shows_a_stranger_s_markdown_as_it_is():
    app = playground(land="[click](http://evil.test) **now** :red[x] $y$ <b>z</b>")
    text = app.warning[0].value
    for mark in ("[", "](", "**", ":red", "$", "<b>"):
        bare = text.replace("\\" + mark[0], "")
        assert mark not in bare, mark


def test_a_cleared_clip_is_off():
    app = playground(land="bowl", clip_norm="2.5", lane="momentum;rate=0.01")
    app.session_state["conditions"] = True  # the fold is open
    app.run()
    assert app.text_input(key="pick_clip_norm 0").value == "2.5"
    app.text_input(key="pick_clip_norm 0").set_value("").run()
    assert not app.exception
    assert scene(app).clip_norm is None


def test_embedding_is_streamlit_s_own_word():
    app = playground(embed="true", embed_options="dark_theme", land="bowl", lane="adam")
    assert app.warning == []
    assert scene(app).lanes[0].optimizer == "adam"
