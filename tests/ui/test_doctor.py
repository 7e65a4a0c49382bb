"""What the doctor's line does to the picture."""

import pytest

from landscapes import LANDSCAPES
from ui.scene.lane import Lane
from ui.scene.scene import Scene
from ui.stage import doctor

SICK, WELL = Lane("adam", 3.0), Lane("adam", 0.1)


@pytest.mark.parametrize(
    ("lanes", "focus", "former"),
    [((SICK, WELL), 1, 0), ((WELL, SICK), 0, 1), ((SICK, WELL), 0, None), ((WELL,), 0, None)],
)
def test_the_run_that_stays_for_comparison_is_the_former_one(monkeypatch, lanes, focus, former):
    monkeypatch.setattr(doctor.st, "session_state", {"doctor_former": SICK})
    assert doctor._former(Scene(LANDSCAPES["bowl"], lanes, focus=focus)) == former
    monkeypatch.setattr(doctor.st, "session_state", {})
    assert doctor._former(Scene(LANDSCAPES["bowl"], lanes, focus=focus)) is None
