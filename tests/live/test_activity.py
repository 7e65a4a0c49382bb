"""What nobody waits for is done while visitors look: how the wire knows that they do."""

import time
from collections.abc import Awaitable, Callable

import pytest

from live import Activity, ActivityMiddleware
from live.work.activity import PATIENCE, QUIET
from tests.loop import run


def seconds(wait: Callable[[], Awaitable[None]]) -> float:
    """How long something takes."""

    async def timed() -> float:
        begun = time.monotonic()
        await wait()
        return time.monotonic() - begun

    return run(timed())


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr("live.work.activity.QUIET", 0.2)
    monkeypatch.setattr("live.work.activity.PATIENCE", 0.5)


def test_before_the_first_visitor_it_is_quiet():
    assert QUIET < PATIENCE
    assert seconds(Activity().quiet) < QUIET / 2


def test_it_is_quiet_when_nobody_has_asked_for_a_while(hasty):
    activity = Activity()
    activity.note()
    assert seconds(activity.quiet) == pytest.approx(0.2, abs=0.1)
    assert seconds(activity.quiet) < 0.1


def test_where_it_never_is_patience_ends(hasty):
    activity = Activity()
    activity._last = time.monotonic() + 60  # as if somebody went on asking
    assert seconds(activity.quiet) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_requests_and_messages_are_noticed_and_the_start_of_the_app_is_not(kind):
    activity, noted = Activity(), []
    activity.note = lambda: noted.append(kind)

    async def app(scope, receive, send):
        while (await receive())["type"] != "end":
            pass

    messages = iter([{"type": "message"}, {"type": "message"}, {"type": "end"}])

    async def receive():
        return next(messages)

    async def send(_):
        pass

    run(ActivityMiddleware(app, activity)({"type": kind}, receive, send))
    assert noted == [kind] * 4  # itself, and three messages
    messages = iter([{"type": "end"}])
    run(ActivityMiddleware(app, activity)({"type": "lifespan"}, receive, send))
    assert len(noted) == 4
