"""What a proxy or a cluster asks before it sends visitors."""

from tests.live.fetch import fetch


def test_a_server_that_answers_is_ready(wire):
    reply = fetch(wire.host, "/live/ready")
    assert (reply.status, reply.body) == (200, b"ready")
    assert reply.headers["cache-control"] == "no-store"
