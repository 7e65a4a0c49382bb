"""The formula as one would type it."""

from landscapes.language.code import write
from landscapes.language.tree import Expression


def plain_text(tree: Expression) -> str:
    """The formula with the fewest parentheses; `parse` reads it back as the same tree."""
    return write(tree, lambda _: None).text
