"""Texts of the screen, for comparing."""


def spaced(text: str) -> str:
    """The same with plain spaces: numbers and places are written with no-break ones."""
    return text.replace("\u00a0", " ")
