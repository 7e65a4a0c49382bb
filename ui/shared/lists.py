"""Words in a row, as a sentence lists them."""

from collections.abc import Sequence
from functools import reduce

from i18n import Message, message


def listed(words: Sequence[str]) -> Message:
    """The words with commas, and "and" before the last one, still to be translated. There is at least one."""
    *before, last = words
    return message("{words} and {last}", words=in_a_row(before), last=last) if before else message(last)


def in_a_row(words: Sequence[str]) -> Message:
    """The words with commas between them, still to be translated. There is at least one."""
    return reduce(lambda row, word: message("{words}, {next}", words=row, next=word), words[1:], message(words[0]))
