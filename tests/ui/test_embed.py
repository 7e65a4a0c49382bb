"""What a frame shows of a link, and the link of what it has become."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from i18n import translated
from ui.lecture.deck import LONGEST, STAGES, picture_of
from ui.lecture.embed import embedded, opened
from ui.scene.link import decode

LINK = "v=1&land=himmelblau&start=0.5,1.25&lane=momentum;rate=0.01&lane=adam;rate=0.1"


def scene_at(path: str):
    scene, notices = decode(parse_qs(urlsplit(path).query, keep_blank_values=True))
    assert notices == []
    return scene


def test_a_frame_shows_its_link_and_leads_to_it():
    shown = embedded(LINK)
    assert shown["data"] == picture_of("playground", LINK)["data"]
    assert (shown["notices"], shown["theme"], shown["title"]) == ([], "", "Himmelblau")
    assert urlsplit(shown["path"]).path == "/playground"
    assert scene_at(shown["path"]) == scene_at(f"?{LINK}")


def test_an_address_without_a_link_is_the_opening_picture_said_in_full():
    path = embedded("")["path"]
    assert scene_at(path) == decode({})[0]
    assert "lane=" in path


@pytest.mark.parametrize("page", STAGES)
def test_every_page_s_stage_can_stand_in_a_frame(page):
    shown = embedded(f"page={page}&theme=dark")
    assert shown["data"]["page"] == STAGES[page]
    assert (shown["notices"], shown["theme"]) == ([], "dark")
    assert urlsplit(shown["path"]).path == f"/{page}"


def test_a_page_without_a_stage_says_what_it_shows():
    shown = embedded("page=networks&net=depth=4")
    assert shown["data"] is None
    assert shown["about"].startswith("Descent Lab shows two networks that learn: ")
    assert shown["path"] == "/networks?net=depth=4"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("page=rase&lane=adam", 'There is no page with a frame named "rase". Did you mean "race"? It was left out.'),
        ("theme=drak", 'There is no theme "drak". Did you mean "dark"? It was left out.'),
        ("land=rosenbrok&lane=adam", "Did you mean"),
        ("lane=adam;rate=nan", "rate"),
        ("land=formula:(&lane=adam", ""),
        (
            "lane=adam&param=" + "x" * LONGEST,
            "A link of a frame holds at most 8,000 letters: the rest. It was left out.",
        ),
        ("%ff=%00&&&=&lane=%f0%9f", ""),
    ],
)
def test_what_cannot_be_read_costs_a_sentence_and_no_more(query, sentence):
    shown = embedded(query)
    assert any(sentence in notice for notice in shown["notices"])
    assert shown["data"]["scene"]["lanes"]
    assert all(translated(notice, "de") != notice for notice in shown["notices"] if "frame" in notice)


def test_streamlit_s_own_words_in_an_older_address_are_passed_over():
    assert embedded(f"embed=true&{LINK}&embed_options=dark_theme")["notices"] == []


def test_what_a_hand_has_made_is_opened_as_it_is():
    scene = decode(parse_qs(LINK))[0]
    data = picture_of("playground", LINK)["data"]["scene"]
    hand = {**data, "revision": 1, "live": True, "start": [1.5, -2.0], "playhead": 40, "looked": [], "ends": None}
    hand["lanes"] = [{**lane, "rate": 0.3} for lane in data["lanes"]]
    path = opened("race", hand)
    assert urlsplit(path).path == "/race"
    moved = replace(scene, start=(1.5, -2.0), playhead=40, lanes=tuple(replace(one, rate=0.3) for one in scene.lanes))
    assert scene_at(path) == moved
    assert opened("//evil.example", hand).startswith("/playground?")


@pytest.mark.parametrize("hand", [{}, {"landscape": "bowl", "lanes": 1}, {"landscape": "bowl", "lanes": [{}]}])
def test_a_hand_that_shows_no_picture_is_refused(hand):
    with pytest.raises(ValueError, match="cannot be read"):
        opened("playground", hand)
