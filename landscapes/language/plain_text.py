"""The formula as one would type it."""

from landscapes.language.code import write
from landscapes.language.tree import VARIABLES, Expression, with_axes


def plain_text(tree: Expression, axes: tuple[str, str] = VARIABLES) -> str:
    """The formula with the fewest parentheses; `parse` reads it back as the same tree.

    Where the axes are not called x and y, it says in front which letters they are: f(w, b) = w**2 + b**2.
    """
    text = write(with_axes(tree, axes), lambda _: None).text
    return text if axes == VARIABLES else f"f({', '.join(axes)}) = {text}"
