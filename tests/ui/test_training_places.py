"""Pages that train at the same moment are bounded, and who finds no place is told."""

from streamlit.testing.v1 import AppTest

from engine.basis.quota import Quota
from tests.test_architecture import ROOT
from ui.networks import trainings


def words(page: AppTest) -> str:
    shown = [getattr(one.proto, "body", "") for one in page.get("html")]
    return " ".join(shown)


def test_who_finds_no_place_is_told_and_trains_when_there_is_one(monkeypatch):
    places = Quota(per_address=1, in_all=1)
    monkeypatch.setattr(trainings, "PAGES", places)
    key = places.take("")
    page = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=240)
    page.switch_page("networks.py").run()
    assert not page.exception
    assert "1 pages of your address train networks already. Continue in a moment." in words(page)
    places.give_back(key)
    page.button(key="net_continue").click().run()
    assert not page.exception
    assert "train networks already" not in words(page)
    assert len(places) == 0, "the place was given back"


def test_no_place_in_all_is_another_sentence(monkeypatch):
    monkeypatch.setattr(trainings, "PAGES", Quota(per_address=5, in_all=1))
    with trainings.place_to_train() as first, trainings.place_to_train() as second:
        assert first is None
        assert second == "1 pages train networks here already. Continue in a moment."
    with trainings.place_to_train() as again:
        assert again is None
