"""The surface under the paths."""

import contextlib
import threading
from urllib.parse import urlencode

import numpy as np
import pytest

from engine import surface
from engine.frame import matrix, opened
from landscapes import LANDSCAPES, landscape_of
from live.wire.surface import Shelf
from tests.live.fetch import fetch

ASKED = {"landscape": "himmelblau", "window": "-6,6,-5,5", "columns": "40", "rows": "30"}


def address(**changes: str | None) -> str:
    asked = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    return f"/live/surface?{urlencode(asked)}"


@pytest.mark.parametrize("text", ["himmelblau", "cliff", "formula:x**2 - 3*y**2 + log(x + 7)"])
def test_it_is_the_engine_s_surface_to_float32(wire, text):
    reply = fetch(wire.host, address(landscape=text))
    header, body = opened(reply.body)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/octet-stream"
    assert header == {"arrays": {"losses": [0, 30, 40]}}
    expected = surface(landscape_of(text), ((-6, 6), (-5, 5)), 40, 30)
    np.testing.assert_array_equal(matrix(body, header["arrays"]["losses"]), np.float32(expected))


def test_rows_run_up_y_and_columns_along_x(wire):
    """Against the formula itself: x + 10 y says by its value where a cell lies."""
    asked = address(landscape="formula:x + 10*y", window="0,3,0,2", columns="4", rows="3")
    header, body = opened(fetch(wire.host, asked).body)
    expected = [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]
    assert matrix(body, header["arrays"]["losses"]).tolist() == expected


def test_it_may_be_kept_for_ever_and_is_not_packed_again(wire):
    reply = fetch(wire.host, address(v="abc"), accept_encoding="gzip")
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-encoding"] == "identity"


def test_the_largest_surface_is_answered(wire):
    header, body = opened(fetch(wire.host, address(columns="400", rows="400")).body)
    assert header["arrays"]["losses"] == [0, 400, 400]
    assert len(body) == 4 * 400 * 400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"landscape": None}, "landscape"),
        ({"landscape": "himelblau"}, "himmelblau"),
        ({"landscape": "formula:x +"}, "formula"),
        ({"landscape": "formula:" + "x+" * 10_000 + "x"}, "formula"),
        ({"window": None}, "window"),
        ({"window": "-6,6,-5"}, "window"),
        ({"window": "-6,6,-5,5,1"}, "window"),
        ({"window": "-6,6,-5,x"}, "window"),
        ({"window": "6,-6,-5,5"}, "window"),
        ({"window": "-6,-6,-5,5"}, "window"),
        ({"window": "-6,inf,-5,5"}, "window"),
        ({"window": "-6,nan,-5,5"}, "window"),
        ({"window": "-1e400,6,-5,5"}, "window"),
        ({"window": ""}, "window"),
        ({"columns": "1"}, "columns"),
        ({"columns": "401"}, "400"),
        ({"rows": "1"}, "rows"),
        ({"rows": "2.5"}, "whole"),
        ({"rows": "-4"}, "whole"),
        ({"rows": "٣٠"}, "whole"),
        ({"rows": "9" * 5000}, "whole"),
        ({"rows": None}, "rows"),
        ({"colums": "5"}, "columns"),
    ],
)
def test_a_bad_question_gets_a_sentence(wire, changes, words):
    reply = fetch(wire.host, address(**changes))
    sentence = reply.body.decode()
    assert reply.status == 400
    assert reply.headers["content-type"].startswith("text/plain")
    assert words in sentence
    assert sentence.isascii()
    assert 20 < len(sentence) <= 400
    assert "immutable" not in reply.headers.get("cache-control", "")


def test_an_address_longer_than_the_server_reads_is_refused_and_harms_nobody(wire):
    """uvicorn answers 400 from the first 64 kB and closes; the rest that lies unread resets the connection.

    Whether its answer comes through before the reset is the kernel's affair, so both are a refusal.
    """
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        assert fetch(wire.host, address(landscape="formula:" + "x+" * 60_000 + "x")).status == 400
    assert fetch(wire.host, address()).status == 200


def test_a_class_that_opens_one_link_computes_one_surface(wire, monkeypatch):
    computed = []

    def counted(*arguments):
        computed.append(arguments)
        return surface(*arguments)

    monkeypatch.setattr("live.wire.surface.surface", counted)
    asked = address(window="-3.25,3,-3,3")
    class_ = [threading.Thread(target=fetch, args=(wire.host, asked)) for _ in range(20)]
    for student in class_:
        student.start()
    for student in class_:
        student.join()
    assert len(computed) == 1


def test_a_surface_that_is_seen_once_is_not_kept(wire, monkeypatch):
    """One that moves under a hand would push out those that a class looks at."""
    computed = []

    def counted(*arguments):
        computed.append(arguments)
        return surface(*arguments)

    monkeypatch.setattr("live.wire.surface.surface", counted)
    asked = address(landscape="ravine@kappa=7.25")
    passing = [fetch(wire.host, asked, cache_control="no-cache").body for _ in range(2)]
    assert len(computed) == 2
    assert fetch(wire.host, asked).body == fetch(wire.host, asked).body == passing[0] == passing[1]
    assert len(computed) == 3


def test_the_critical_points_of_a_window_come_along(wire):
    asked = address(landscape="saddle@b=3", critical="-2,2,-2,2")
    header, arrays = opened(fetch(wire.host, asked).body)
    assert header["critical"] == [{"position": [0.0, 0.0], "kind": "global minimum"}]
    assert matrix(arrays, header["arrays"]["losses"]).shape == (30, 40)
    assert "critical" not in opened(fetch(wire.host, address(landscape="saddle@b=3")).body)[0]
    assert b"four numbers" in fetch(wire.host, address(critical="1,2")).body


def test_surfaces_that_pile_up_are_put_off(wire, monkeypatch):
    """The surveyor is held until all 70 have asked: 64 may wait, and the others hear at once that they may not."""
    held = threading.Event()

    def slow(*arguments):
        held.wait(30)
        return surface(*arguments)

    monkeypatch.setattr("live.wire.surface.surface", slow)
    replies = []
    crowd = [
        threading.Thread(target=lambda x=x: replies.append(fetch(wire.host, address(window=f"{x},100,0,1")).status))
        for x in range(70)
    ]
    for one in crowd:
        one.start()
    try:
        while len(replies) < 6:
            held.wait(0.01)
    finally:
        held.set()
    for one in crowd:
        one.join()
    assert replies == [503] * 6 + [200] * 64


def test_the_shelf_lets_go_of_what_was_longest_unused():
    shelf = Shelf(10)
    shelf.put("a", b"1234")
    shelf.put("b", b"1234")
    assert shelf.get("a") == b"1234"
    shelf.put("c", b"1234")
    assert shelf.get("b") is None
    assert shelf.get("a") == b"1234"
    shelf.put("a", b"12345678")
    assert shelf.get("c") is None
    shelf.put("too large", b"x" * 11)
    assert shelf.get("too large") is None


def test_packing_a_surface_does_not_pay():
    """The reason for sending it as it is: what gzip saves of a real surface is less than a third, for milliseconds."""
    import gzip

    losses = np.float32(surface(LANDSCAPES["himmelblau"], ((-6, 6), (-6, 6)), 100, 100)).tobytes()
    assert len(gzip.compress(losses, 6)) > 0.66 * len(losses)
