"""Conversations with a real server over a real WebSocket."""

import asyncio
import json
import threading
import time

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from engine import Run, descend, descend_many, fastest_rate, sharpness, summary
from live import LIMITS
from live.wire.inbox import Inbox
from tests.loop import run

HIMMELBLAU = {"landscape": "himmelblau", "optimizer": "adam", "start": [-4, 0], "rate": 0.05}
# Never stops by itself, so that a message of many steps really costs them.
ENDLESS = {"landscape": "himmelblau", "optimizer": "rmsprop", "rate": 0.01, "gradient_tolerance": 0, "steps": 10_000}
LARGEST = [ENDLESS] * LIMITS.runs


def small(seq: int, steps: int = 20) -> dict:
    return {"seq": seq, "runs": [{**HIMMELBLAU, "steps": steps}]}


@pytest.mark.parametrize(
    "described",
    [
        HIMMELBLAU,
        {"landscape": "bowl", "rate": 1.0, "gradient_tolerance": 0, "steps": 1000},
        {"landscape": "himmelblau", "optimizer": "momentum", "schedule": "cosine", "noise": 0.3, "seed": 5},
        {"landscape": "formula:x**2/2 + 25*y**2 + x*y", "optimizer": "nesterov", "rate": 0.01, "clip_norm": 1.0},
        {"landscape": "bowl", "gradient_tolerance": 1e300},
    ],
    ids=["adam", "diverged", "noise", "formula", "no update"],
)
def test_an_answer_is_the_engine_s_own_to_float32(talk, described):
    sent = talk.arrays({"seq": 1, "runs": [described]})
    engine_s = descend(Run(**described))
    with np.errstate(over="ignore"):
        expected = {
            "points": np.float32(engine_s.points),
            "losses": np.float32(engine_s.losses[:, None]),
            "rates": np.float32(engine_s.rates[:, None]),
        }
        slopes = np.float32(np.linalg.norm(engine_s.gradients, axis=1, keepdims=True))
    assert sent.keys() == {"points", "losses", "rates", "slopes"}
    for name, array in expected.items():
        np.testing.assert_array_equal(sent[name], array, err_msg=name)
    # hypot and norm round differently in float64, so after rounding to float32 they may part by its last digit.
    finite = np.isfinite(slopes)
    np.testing.assert_allclose(sent["slopes"][finite], slopes[finite], rtol=1.2e-7)


def test_the_header_tells_outcomes_and_the_picture_s_sentence(talk):
    described = [HIMMELBLAU, {"landscape": "himmelblau", "rate": 1.0}]
    header, _ = talk.ask({"seq": 7, "runs": described})
    trajectories = [descend(Run(**one)) for one in described]
    assert header.keys() == {"seq", "summary", "runs"}
    assert header["seq"] == 7
    assert header["summary"] == summary(trajectories)
    named, _ = talk.ask({"seq": 8, "runs": described, "names": ["", "too high"]})
    assert named["summary"] == summary(trajectories, ("", "too high"))
    assert "oo high" in named["summary"]
    assert [run["outcome"] for run in header["runs"]] == [
        {
            "kind": one.outcome.kind,
            "step": one.outcome.step,
            "sentence": one.outcome.sentence,
            "arrived": one.outcome.arrived,
            "fate": one.outcome.fate,
            "growth": one.outcome.growth,
        }
        for one in trajectories
    ]
    assert header["runs"][0]["outcome"]["growth"] is None
    assert header["runs"][1]["outcome"]["kind"] == "diverged"


def test_the_run_in_focus_brings_its_gradients_and_its_sharpness(talk):
    message = {"seq": 1, "runs": [HIMMELBLAU, HIMMELBLAU], "focus": 1}
    engine_s = descend(Run(**HIMMELBLAU))
    sent = talk.arrays(message, run=1)
    np.testing.assert_array_equal(sent["gradients"], np.float32(engine_s.gradients))
    expected = np.float32(sharpness(engine_s.run.landscape, engine_s.points))
    np.testing.assert_array_equal(sent["sharpness"][:, 0], expected)
    assert "gradients" not in talk.arrays(message, run=0)


def test_the_fastest_rate_is_the_engine_s(talk):
    described = {"landscape": "bowl", "steps": 200}
    header, body = talk.ask({"seq": 9, "kind": "fastest", "run": described})
    # Of 0.0001, 0.01 and 1 none arrives: the first two creep, the last grows threefold a step.
    examples = {"arriving": [], "diverging": [1.0], "right": []}
    found = {"rate": fastest_rate(Run(**described)), "steps": 6, "some": True}
    assert header == {"seq": 9, "kind": "fastest", **found, **examples}
    # The bowl's curvature is 4: a rate of 1/4 arrives in one step, and those 5 % beside it in six.
    assert header["rate"] == pytest.approx(0.25)
    assert len(body) == 0


def test_no_rate_arrives_is_an_answer(talk):
    described = {"landscape": "formula:x + y", "steps": 50}
    assert talk.ask({"seq": 1, "kind": "fastest", "run": described})[0]["rate"] is None


@pytest.mark.parametrize(
    ("message", "seq"),
    [
        ("{", None),
        (b"\x00\xff", None),
        (b"", None),
        ("", None),
        (json.dumps(small(4))[:60], None),
        ("[" * 60_000, None),
        ('{"seq": 4, "x": "' + "a" * 100_000 + '"}', None),
        ('{"seq": 4, "runs": [{"landscape": "bowl", "rate": NaN}]}', None),
        ({"seq": 4, "runs": []}, 4),
        ({"seq": 4, "runs": [{"landscape": "nowhere"}]}, 4),
        ({"seq": None, "runs": [{"landscape": "bowl"}]}, None),
    ],
)
def test_the_connection_stays_open_after_a_refusal(talk, message, seq):
    header, body = talk.ask(message)
    assert header.keys() == {"seq", "error"}
    assert header["seq"] == seq
    assert len(header["error"]) > 20
    assert len(body) == 0
    assert talk.ask(small(5))[0]["runs"][0]["outcome"]["step"] == 20


def test_a_fault_of_ours_is_a_sentence_too_and_costs_no_connection(talk, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("secret of the server")

    monkeypatch.setattr("live.queries.kinds.runs.descend_soon", broken)
    header, _ = talk.ask(small(1))
    assert header["seq"] == 1
    assert "secret" not in header["error"]
    assert "secret of the server" in caplog.text
    monkeypatch.undo()
    assert "runs" in talk.ask(small(2))[0]


def test_questions_sent_without_waiting_are_answered_in_order(talk):
    """Small, large, refused and new ones take three different roads, and no one overtakes another."""
    fresh = {"seq": 3, "runs": [{"landscape": f"formula:x**2 + {time.time_ns() % 1000 + 2}*y**2"}]}
    messages = [small(1), {"seq": 2, "runs": [ENDLESS] * 2}, fresh, {"seq": 4}, small(5), small(6)]
    for message in messages:
        talk.say(message)
    headers = [talk.hear()[0] for _ in messages]
    assert [header["seq"] for header in headers] == [1, 2, 3, 4, 5, 6]
    assert ["error" in header for header in headers] == [False, False, False, True, False, False]


def test_over_the_rate_the_newest_wins_and_nothing_is_refused(talk):
    last = 1000
    begin = time.monotonic()
    for seq in range(1, last + 1):
        talk.say(small(seq, steps=1))
    heard = []
    while not heard or heard[-1]["seq"] != last:
        heard.append(talk.hear()[0])
    took = time.monotonic() - begin

    numbers = [header["seq"] for header in heard]
    assert numbers == sorted(set(numbers))
    assert not any("error" in header for header in heard)
    # A second's worth may be saved up, one message may go into debt, and the rest comes at the rate.
    assert len(heard) <= LIMITS.messages_per_second * (1 + took) + 2
    assert len(heard) < last


def test_a_hand_that_moves_does_not_cancel_a_question_of_another_kind(talk):
    asked = {"seq": 500, "kind": "fastest", "run": {"landscape": "bowl", "steps": 10}}
    for seq in range(1, 200):
        talk.say(small(seq, steps=1))
    talk.say(asked)
    for seq in range(501, 700):
        talk.say(small(seq, steps=1))
    numbers = []
    while not numbers or numbers[-1] != 699:
        numbers.append(talk.hear()[0]["seq"])
    assert 500 in numbers
    assert numbers == sorted(numbers)


def test_large_questions_are_slowed_to_the_steps_allowed(talk):
    """30 questions of 160,000 steps are 4.8 million: 2 million saved up, the rest at 2 million a second."""
    begin = time.monotonic()
    for seq in range(30):
        assert "runs" in talk.ask({"seq": seq, "runs": LARGEST})[0]
    # The last but one must have been paid for before the last is let through.
    least = (29 * 160_000 - LIMITS.steps_per_second) / LIMITS.steps_per_second
    assert time.monotonic() - begin >= least


@pytest.fixture
def held(monkeypatch):
    """Answers on the ravine and on formulas wait until the test lets go; `held.in_time` says that none gave up."""

    class Held(threading.Event):
        in_time = True

    held = Held()

    def waiting(runs):
        if runs[0].landscape.key == "ravine" or runs[0].landscape.key.startswith("formula:"):
            held.in_time &= held.wait(60)  # an end for a test that fails: what is asked is the order
        return descend_many(runs)

    monkeypatch.setattr("live.queries.kinds.runs.descend_soon", waiting)
    yield held
    held.set()


def test_large_answers_do_not_hold_up_another_visitor_s_small_ones(wire, held):
    """The large one stays in the worker until the small ones have their answers."""
    with wire.talk() as large, wire.talk() as other:
        assert other.ask(small(0))[0]["seq"] == 0  # another test may have emptied the cache: what compiles is not small
        large.say({"seq": 2, "runs": [{**ENDLESS, "landscape": "ravine"}] * 2})
        for seq in range(20):
            assert other.ask(small(seq))[0]["seq"] == seq
        held.set()
        assert large.hear()[0]["seq"] == 2
    assert held.in_time


def test_a_new_formula_is_in_the_way_of_no_other_answer(wire, held):
    """While the compiler is busy with it, small answers and large ones of other visitors go on."""
    fresh = {"seq": 1, "runs": [{"landscape": "formula:cos(x)*7 + y**2 + x**2"}]}
    with wire.talk() as newcomer, wire.talk() as other:
        assert other.ask(small(0))[0]["seq"] == 0
        assert other.ask({"seq": 20, "runs": [ENDLESS] * 2})[0]["seq"] == 20
        newcomer.say(fresh)
        for seq in range(20):
            assert other.ask(small(seq))[0]["seq"] == seq
        assert other.ask({"seq": 20, "runs": [ENDLESS] * 2})[0]["seq"] == 20
        held.set()
        assert newcomer.hear()[0]["seq"] == 1
    assert held.in_time


def test_two_visitors_do_not_see_each_other(wire):
    """Same numbers, other starts, at once: each gets the paths of its own starts, in its own order."""
    results: dict[int, list] = {}

    def visit(visitor: int) -> None:
        starts = [[visitor + step / 10, -visitor] for step in range(20)]
        with wire.talk() as talk:
            got = [
                talk.arrays({"seq": seq, "runs": [{**HIMMELBLAU, "start": start, "steps": 5}]})
                for seq, start in enumerate(starts)
            ]
        results[visitor] = [(start, sent["points"][0].tolist()) for start, sent in zip(starts, got, strict=True)]

    visitors = [threading.Thread(target=visit, args=(number,)) for number in (1, 2, 3)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert results.keys() == {1, 2, 3}
    for pairs in results.values():
        for start, first_point in pairs:
            assert first_point == np.float32(start).tolist()


def test_a_visitor_who_leaves_in_the_middle_harms_nobody(wire, caplog):
    for _ in range(5):
        with wire.talk() as leaving:
            for seq in range(20):
                leaving.say({"seq": seq, "runs": LARGEST})
            leaving.connection.socket.close()
    with wire.talk() as talk:
        assert talk.ask(small(1))[0]["seq"] == 1
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


def test_the_same_connection_goes_on_for_long(talk):
    """Forty seconds of a drag's messages are too long to wait for; a hundred show that nothing piles up."""
    for seq in range(100):
        header, body = talk.ask(small(seq))
        assert header["seq"] == seq
        assert len(body) == 4 * (21 * 2 + 21 + 20 + 21)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://localhost:1"])
def test_a_foreign_page_gets_no_connection(wire, origin):
    with pytest.raises(Exception, match="403"), wire.talk(origin=origin):
        pass


def test_our_own_page_and_a_listed_one_get_a_connection(wire):
    for origin in (f"http://{wire.host}", "https://lab.example.org", None):
        with wire.talk(origin=origin) as talk:
            assert talk.ask(small(1))[0]["seq"] == 1


def test_a_closed_connection_is_closed(wire):
    with wire.talk() as talk:
        talk.ask(small(1))
    with pytest.raises(ConnectionClosed):
        talk.say(small(2))


def test_of_long_messages_fewer_are_held():
    """They are read on when there is room again, and none is lost."""

    class Sender:
        def __init__(self, texts: list[str]):
            self.texts = [*texts]
            self.read = 0

        async def receive(self) -> dict:
            if not self.texts:
                return {"type": "websocket.disconnect"}
            self.read += 1
            return {"type": "websocket.receive", "text": self.texts.pop(0)}

    async def talk() -> tuple[list[int], list[str]]:
        inbox, sender = Inbox(100, most_bytes=1_000), Sender([str(k) * 400 for k in range(9)])
        filling = asyncio.create_task(inbox.fill(sender))
        read, taken = [], []
        for _ in range(9):
            for _ in range(3):
                await asyncio.sleep(0)
            read.append(sender.read)
            taken.append(inbox.take())
        await filling
        return read, taken

    read, taken = run(talk())
    assert read[:4] == [3, 4, 5, 6]
    assert taken == [str(k) * 400 for k in range(9)]
