"""A question that gets a sentence instead of an answer."""

from live.queries.limits import LIMITS


class Refusal(ValueError):
    """What is wrong, what came, what to do.

    Quotes in the sentence are made by `engine.basis.checks.echo` or the formula language, so that no more than 40
    harmless characters of a stranger's text reach a page, a log or a terminal.
    """

    def __init__(self, sentence: str):
        # What is cut is a plain text, in English: no message is as long.
        super().__init__(sentence if len(sentence) <= LIMITS.sentence else sentence[: LIMITS.sentence - 3] + "...")
