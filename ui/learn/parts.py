"""What a task asks for, part by part, and whether it was done."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from lessons.mark import Part


def listed_parts(parts: Iterable[Part]) -> str:
    """A list: each part in words, and what was measured of it."""
    return f'<ul class="lesson-parts" role="status">{"".join(map(_part, parts))}</ul>'


def _part(part: Part) -> str:
    look, word = ("done", "Done") if part.done else ("open", "Not yet")
    return f'<li class="{look}"><b>{word}: {escape(part.says)}.</b> {escape(part.measured)}</li>'
