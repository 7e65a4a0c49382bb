"""Two networks as a file: the link's own words as JSON, and the whole table that they learn, however large."""

from __future__ import annotations

import json

from i18n import message
from ui.networks.link import KEYS, Pair, decode, encode
from ui.shared.words_file import read_words

MARK = "descent_lab_networks"
LARGEST = 1024 * 1024
"""Bytes of a file that is read: 2,000 rows of sixteen inputs to the bit, twice, take 730 thousand."""


def pair_json(pair: Pair) -> str:
    """The pair as indented JSON; what loads it again is `MARK`."""
    words: dict[str, list[str]] = {}
    for key, value in encode(pair, whole=True):
        words.setdefault(key, []).append(value)
    return json.dumps({MARK: words}, indent=2, ensure_ascii=False) + "\n"


def is_pair(content: bytes) -> bool:
    """Whether a file is JSON rather than a table."""
    return content.lstrip()[:1] == b"{"


def read_pair(content: bytes) -> tuple[dict, list[str]]:
    """The pair of such a file, and a notice for each value that could not be read.

    Raises ValueError, with a sentence, for a file that is none.
    """
    query = read_words(
        content,
        MARK,
        KEYS,
        LARGEST,
        message("a pair saved here is smaller"),
        message(
            'This file is no pair of networks of Descent Lab. Load one that "Save the pair as a file" has written.'
        ),
    )
    return decode(query, longest=LARGEST)
