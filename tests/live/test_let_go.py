"""What the engine lets go of is no news to a visitor: it is read back beside the event loop, and answers the same."""

import threading

import pytest

from engine.basis import programs
from engine.basis.programs import EXECUTABLES, Programs
from landscapes import formula
from live import Activity, Executors, tidy_when_quiet
from live.queries.message import query
from live.work import memory
from tests.loop import run


def asked(landscape: str, optimizer: str = "adam"):
    runs = [{"landscape": landscape, "optimizer": optimizer, "steps": 50}]
    return query({"seq": 1, "runs": runs, "focus": 0})


def answered(executors: Executors, one) -> tuple[bytes, bool]:
    """The answer, and whether the event loop's own thread computed it."""
    seen = []

    class Watched(type(one)):
        def answer(self) -> bytes:
            seen.append(threading.current_thread().name)
            return super().answer()

    watched = Watched(one.seq, one.runs, one.focus)
    answer = run(executors.answer(watched))
    return answer, not seen[0].startswith("live-")


@pytest.fixture
def executors():
    made = Executors()
    yield made
    made.close()


def test_an_answer_that_needs_a_program_read_back_leaves_the_event_loop_alone(monkeypatch, executors, compilations):
    monkeypatch.setattr(programs, "PROGRAMS", Programs(EXECUTABLES))
    one = asked(formula("x**2 + 2.4375*y**2").text)
    one.complete()  # all its methods: no answer below is a hasty one's first
    assert executors.missing(one)
    first, inline = answered(executors, one)
    assert not inline
    assert answered(executors, one) == (first, True)
    # What lets go of the oldest, were there no room.
    cache = programs.PROGRAMS
    for key, program in cache._programs.items():
        cache._let_go_of(key, program, executables=True)
    assert executors.missing(one) == 0  # nobody's allowance pays for a compilation that is none
    with compilations.none():
        assert answered(executors, one) == (first, False)
    assert answered(executors, one) == (first, True)
    for key, program in cache._programs.items():
        cache._let_go_of(key, program, executables=True, packed=True)
    assert executors.missing(one) > 0


def test_another_surface_s_loss_is_no_matter(monkeypatch, executors):
    monkeypatch.setattr(programs, "PROGRAMS", Programs(EXECUTABLES))
    one, other = (asked(formula(f"x**2 + {k}.4375*y**2").text) for k in (3, 4))
    for each in (one, other):
        each.complete()
        answered(executors, each)
    cache = programs.PROGRAMS
    for key, program in cache._programs.items():
        if key[1] is other.runs[0].landscape.loss:
            cache._let_go_of(key, program, executables=True, packed=True)
    assert answered(executors, one)[1]
    assert executors.missing(other)


def test_memory_is_tidied_in_quiet_moments_only(monkeypatch):
    done, activity = [], Activity()

    async def quiet():
        done.append("quiet")

    def tidied():
        done.append("tidied")
        if len(done) == 4:
            raise EOFError

    monkeypatch.setattr(activity, "quiet", quiet)
    monkeypatch.setattr(memory, "tidy", tidied)
    monkeypatch.setattr(memory, "BETWEEN", 0)
    with pytest.raises(EOFError):
        run(tidy_when_quiet(activity))
    assert done == ["quiet", "tidied", "quiet", "tidied"]
