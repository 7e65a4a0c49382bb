"""Words in a row, as a sentence names them."""

from collections.abc import Sequence
from functools import reduce

from i18n import Message, message


def in_a_row(words: Sequence[str]) -> Message:
    """The words with commas between them, still to be translated. There is at least one."""
    return reduce(lambda row, word: message("{words}, {next}", words=row, next=word), words[1:], message(words[0]))
