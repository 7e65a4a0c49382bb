"""What the stage is told of schedules: lines and cuts with the runs, and what each is worth, measured lane by lane."""

import numpy as np
import pytest

from engine import Run, descend
from engine.export import optimizer_code, scheduler_code
from engine.frame import matrix, opened
from engine.studies.decay import SEEDS, seed_ends
from engine.studies.decisions import decisions
from live.queries.message import query
from live.queries.refusal import Refusal

NOISY = {"landscape": "bowl", "rate": 0.2, "noise": 2, "steps": 60}
KEYS = ("constant", "exponential", "plateau")


def asked(kind: str, runs: list[dict], **rest: object):
    return query({"seq": 1, "kind": kind, "runs": runs, **rest})


def test_runs_that_are_compared_by_schedule_come_with_lines_and_cuts():
    runs = [{**NOISY, "schedule": key} for key in KEYS]
    header, _ = opened(asked("runs", runs, schedules=True).answer())
    for told, described in zip(header["runs"], runs, strict=True):
        run = Run(**described)
        assert (told["optimizer_code"], told["scheduler_code"]) == (optimizer_code(run), scheduler_code(run))
        assert [cut["sentence"] for cut in told["cuts"]] == [one.sentence for one in decisions(descend(run))]
    assert header["runs"][2]["cuts"]
    assert "Exponential decay" in header["summary"]
    header, _ = opened(asked("runs", runs).answer())
    assert "cuts" not in header["runs"][2]
    with pytest.raises(Refusal, match='"schedules" must be true or false; got 1'):
        asked("runs", runs, schedules=1)


def test_under_noise_a_lane_an_answer_is_measured_and_then_all_is_said():
    runs = [{**NOISY, "schedule": key} for key in KEYS]
    for missing in (2, 1, 0):
        question = asked("schedules", runs)
        assert question.steps > 0
        assert question.needs
        header, body = opened(question.answer())
        assert header["missing"] == missing
        assert ("sentences" in header) == (missing == 0)
    ends = matrix(body, header["arrays"]["ends"])
    assert ends.shape == (SEEDS, len(KEYS))
    for column, described in zip(ends.T, runs, strict=True):
        assert column == pytest.approx(np.sort(seed_ends(Run(**described), SEEDS).losses), rel=1e-6)
    assert header["variances"][0].startswith("Constant, variance of the ends at rate 0.2: along x ")
    again = asked("schedules", runs)
    assert (again.steps, again.needs) == (0, [])


def test_without_noise_the_answer_is_there_at_once():
    runs = [{**NOISY, "noise": 0, "schedule": key} for key in KEYS]
    header, _ = opened(asked("schedules", runs, names=["", "mine", ""]).answer())
    assert header["missing"] == 0
    assert "arrays" not in header
    assert header["sentences"][0].startswith("No schedule here helps")
    assert any("mine (" in sentence for sentence in header["sentences"])


@pytest.mark.parametrize(
    ("change", "words"),
    [({"steps": 61}, "share all but their rates"), ({"noise": 1}, "share all but their rates")],
)
def test_what_is_no_comparison_is_refused(change, words):
    with pytest.raises(Refusal, match=words):
        asked("schedules", [NOISY, {**NOISY, **change}])
    with pytest.raises(Refusal, match="one for each of the 1 runs"):
        asked("schedules", [NOISY], names=["a", "b"])
