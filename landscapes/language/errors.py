"""What is said about a formula that cannot be read."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_ECHO = 40


class Edit(NamedTuple):
    """What would mend a text: the characters from `start` to `end` become `text`."""

    start: int
    end: int
    text: str

    def of(self, typed: str) -> str:
        """The mended text."""
        return (typed[: self.start] + self.text + typed[self.end :]).strip()


class FormulaError(ValueError):
    """A formula that cannot be read: its text is a sentence, `position` the offset of the character at fault.

    `mend` makes of it the formula that was probably meant, where there is an obvious one.
    """

    def __init__(self, sentence: str, position: int, mend: Edit | None = None) -> None:
        super().__init__(sentence)
        self.position = position
        self.mend = mend

    def __reduce__(self) -> tuple[type, tuple[str, int, Edit | None]]:
        return type(self), (self.args[0], self.position, self.mend)


def quoted(text: str) -> str:
    """What a user typed, safe to repeat in a sentence: unprintable characters escaped, cut at 40 characters."""
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:41])
    return shown if len(shown) <= LONGEST_ECHO else shown[: LONGEST_ECHO - 1] + "…"
