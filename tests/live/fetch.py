"""Plain HTTP, with the path sent as it is written."""

from dataclasses import dataclass
from http.client import HTTPConnection

PATIENCE = 60
"""Seconds: the programs of three surfaces are compiled first, on a machine that others may be using."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


def fetch(host: str, path: str, **headers: str) -> Reply:
    """GET `path`; keyword `accept_encoding` is the header Accept-Encoding, and so on."""
    connection = HTTPConnection(host, timeout=PATIENCE)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    reply = Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    connection.close()
    return reply
