"""What is said about a formula that cannot be read."""

LONGEST_ECHO = 40


class FormulaError(ValueError):
    """A formula that cannot be read: its text is a sentence, `position` the offset of the character at fault."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.position = position

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return type(self), (str(self), self.position)


def quoted(text: str) -> str:
    """What a user typed, safe to repeat in a sentence: unprintable characters escaped, cut at 40 characters."""
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:41])
    return shown if len(shown) <= LONGEST_ECHO else shown[: LONGEST_ECHO - 1] + "…"
