"""From a text message to a query, or to the sentence that refuses it."""

import json
import math
from collections.abc import Mapping
from typing import Any

from engine.basis.checks import echo
from engine.basis.registry import unknown
from i18n import message
from live.queries.fields import LARGEST_SEQ, is_index
from live.queries.kinds import KINDS
from live.queries.limits import LIMITS
from live.queries.query import Query
from live.queries.refusal import Refusal

# No whole number of ours is longer, and Python's own conversion of long ones is slow and ends at 4,300 digits.
MOST_DIGITS = 17
# Seconds of one step on a formula, about.
A_STEP = 1e-7


def decoded(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a message. Raises Refusal for anything else, NaN and infinities included."""
    if not isinstance(text, str):
        raise Refusal(message("A message must be text that holds JSON; got a binary one. Send the same JSON as text."))
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > LIMITS.message_bytes:
        raise Refusal(
            message(
                "A message may have {most} bytes; got {n}. Send fewer runs or a shorter formula.",
                most=f"{LIMITS.message_bytes:,}",
                n=f"{size:,}",
            )
        )
    # Counted before the parser sees it: a bound on brackets bounds the depth, which its recursion would not survive.
    brackets = text.count("[") + text.count("{")
    if brackets > LIMITS.brackets:
        raise Refusal(
            message(
                "The message is nested too deeply or holds too many lists: {n} brackets, and at most {most} are read. "
                "Send runs as flat objects.",
                n=f"{brackets:,}",
                most=LIMITS.brackets,
            )
        )
    try:
        told = json.loads(text, parse_constant=_no_constant, parse_int=_whole, parse_float=_finite)
    except json.JSONDecodeError as fault:
        raise Refusal(
            message(
                "The message is no whole JSON: it ends or errs at character {at} of {of}. Send one complete object.",
                at=fault.pos + 1,
                of=f"{len(text):,}",
            )
        ) from None
    if not isinstance(told, dict):
        raise Refusal(
            message('A message must be an object such as {"seq": 1, "runs": [...]}; got {value}.', value=echo(told))
        )
    return told


def seq_of(told: Mapping[str, Any]) -> int:
    """The number of a message, which its answer repeats. Raises Refusal where it has none."""
    seq = told.get("seq")
    if not is_index(seq, LARGEST_SEQ):
        got = echo(seq) if "seq" in told else message("none")
        raise Refusal(
            message('"seq" must be a whole number from 0 to 2^53 - 1; got {value}. Number your messages.', value=got)
        )
    return seq


def query(told: Mapping[str, Any]) -> Query:
    """What a decoded message asks. Raises Refusal."""
    kind = told.get("kind", "runs")
    if kind not in KINDS:
        raise Refusal(unknown("kind of question", kind, KINDS))
    asked = KINDS[kind].query(seq_of(told), told)
    if asked.steps > LIMITS.answer_steps:
        raise Refusal(
            message(
                "This would take some {seconds} seconds: on this surface each step asks a whole network. "
                "Take fewer steps, methods or starts.",
                seconds=f"{asked.steps * A_STEP:,.0f}",
            )
        )
    return asked


def _no_constant(name: str) -> float:
    raise Refusal(
        message("A message may hold only finite numbers; got {value}. Send a number, or leave the key out.", value=name)
    )


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Refusal(message("A number must be below 1.8e308; got {value}. Send a smaller one.", value=echo(digits)))
    return value


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else _finite(digits)
