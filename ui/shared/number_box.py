"""A box for a number that is read as the stage's boxes read theirs: quotients, powers, any script's digits."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from i18n import message
from ui.shared.arithmetic import evaluate
from ui.shared.keyed import keyed
from ui.shared.language import t

LONGEST_ECHO = 24


def number_box(
    label: str,
    value: float | None,
    take: Callable[[float | int | None], None],
    *,
    key: str,
    least: float | None = None,
    most: float | None = None,
    whole: bool = False,
    empty: str | None = None,
    explained: str | None = None,
    name: str | None = None,
) -> None:
    """A text field that holds `value`, and hands on to `take` what is entered. Its words are translated here.

    Args:
        label: above the field.
        value: None is an empty field, which only those with `empty` may have.
        take: called with the number that was entered, a whole one if `whole`, or with None for an emptied field.
        key: of the field on the page.
        least: the lowest that is taken; without bounds the setting itself refuses what it cannot be.
        most: the highest.
        whole: whether only whole numbers are.
        empty: what an empty field means, in the field's own grey words.
        explained: behind the question mark beside the label.
        name: in the sentence that refuses what is no such number; the label where it is None.
    """

    def entered(text: str) -> float | int | None:
        number = read(name or label, text, least, most, whole, empty is not None)
        take(number)
        return number

    with st.container(key=key):
        st.text_input(
            t(label),
            help=explained and t(explained),
            placeholder=empty and t(empty),
            autocomplete="off",
            **keyed(key, value, written(value), entered),
        )


def read(
    name: str,
    text: str,
    least: float | None = None,
    most: float | None = None,
    whole: bool = False,
    may_be_empty: bool = False,
) -> float | int | None:
    """The number that is typed. Raises ValueError with the sentence that the stage's boxes have for it."""
    cleaned = text.strip()
    if may_be_empty and not cleaned:
        return None
    value = evaluate(cleaned)
    beyond = (least is not None and value < least) or (most is not None and value > most)
    if not math.isfinite(value) or beyond or (whole and not value.is_integer()):
        shown = cleaned.replace("−", "-")
        got = f"{shown[:LONGEST_ECHO]}…" if len(shown) > LONGEST_ECHO else shown or message("nothing")
        raise ValueError(_refusal(name, least, most, whole, got))
    return int(value) if whole else value


def written(value: float | None) -> str:
    """A number as it stands in a field: in few digits where they lose nothing."""
    if value is None:
        return ""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _refusal(name: str, least: float | None, most: float | None, whole: bool, got: str) -> str:
    told = {"name": message(name), "least": written(least), "most": written(most), "got": got}
    if most is not None and whole:
        return message("{name} is a whole number between {least} and {most}; got {got}. It stays as it was.", **told)
    if most is not None:
        return message("{name} is a number between {least} and {most}; got {got}. It stays as it was.", **told)
    if least is not None and whole:
        return message("{name} is a whole number from {least} up; got {got}. It stays as it was.", **told)
    if least is not None:
        return message("{name} is a number from {least} up; got {got}. It stays as it was.", **told)
    if whole:
        return message("{name} is a whole number; got {got}. It stays as it was.", **told)
    return message("{name} is a number; got {got}. It stays as it was.", **told)
