"""A file of the link's own words, as JSON under a mark of its kind."""

import json
from collections.abc import Iterable
from typing import Any

from i18n import message


def read_words(
    content: bytes, mark: str, keys: Iterable[str], largest: int, saved: str, refusal: str
) -> dict[str, list[str]]:
    """The texts of each of `keys` that stands under the mark.

    Raises ValueError for more than `largest` bytes, with what was `saved` here instead, and with the `refusal` for what
    is no such file.
    """
    if len(content) > largest:
        raise ValueError(message("This file is larger than {most} KiB: {saved}.", most=largest // 1024, saved=saved))
    try:
        words = json.loads(content.decode())[mark]
        return {key: _texts(words[key]) for key in keys if key in words}
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(refusal) from None


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError
    return value
