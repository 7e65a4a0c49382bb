"""A table of results below a picture; where it has little room each cell carries its column's name."""

from collections.abc import Iterable, Sequence
from html import escape


def table(
    head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], caption: str = "", wraps: bool = False
) -> str:
    """HTML of rows, each its name and its cells, one for each further column. All texts are escaped.

    A cell stays on one line, but for the last one's words; `wraps` lets all of them take several.
    """
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(_row(head, name, cells) for name, cells in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<table class="ends{" wraps" * wraps}">{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def _row(head: Sequence[str], name: str, cells: Sequence[str]) -> str:
    named = zip(head[1:], cells, strict=True)
    told = "".join(f'<td data-name="{escape(column)}">{escape(cell)}</td>' for column, cell in named)
    return f'<tr><th scope="row">{escape(name)}</th>{told}</tr>'
