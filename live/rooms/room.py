"""One room, without its sockets: what stands on its board, who is in it, and what was answered.

What phones are to know stands on a board, the newest of each kind: a phone that comes, or comes back, reads all of it,
one that is slow misses what was overtaken, and nothing piles up.
"""

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

from engine.studies.answers import Judged
from i18n import language, message, translated
from live.queries.refusal import Refusal
from live.rooms.bounds import BOUNDS, Bounds
from live.rooms.questions import Question

OLD = message("The room is open no longer than four hours: open another one.")
LEFT = message("The lecturer's page has been away for a minute: the room is closed.")
CLOSED = message("The lecturer has closed the room.")


class _Standing:
    """What stands on the board, and how it is told in each language that somebody in the room reads."""

    def __init__(self, version: int, told: Mapping[str, Any], others: Mapping[str, Any]):
        self.version = version
        self._told, self._others, self._texts = told, others, dict[str, str]()
        self._of = language()

    def text(self) -> str:
        """As JSON, in the language of this task."""
        code = language()
        if code not in self._texts:
            told = self._told if code == self._of else {**self._told, **self._others}
            self._texts[code] = json.dumps(translated(told, code), separators=(",", ":"))
        return self._texts[code]


class Room:
    """A lecturer's room."""

    def __init__(self, code: str, address: str, bounds: Bounds = BOUNDS, clock: Callable[[], float] = monotonic):
        self.code, self.address = code, address
        self.token = secrets.token_urlsafe(24)
        self.end: str | None = None
        """Why it is closed; None while it is open."""
        self.question: Question | None = None
        self.number = 0
        """Of the question: each has its own."""
        self.open = False
        """Whether it may be answered."""
        self._bounds, self._clock = bounds, clock
        self._opened = clock()
        self._left: float | None = None
        self._connected: dict[str, int] = {}
        self._known: set[str] = set()
        self._answers: dict[str, Any] = {}
        self._right: dict[str, bool] = {}
        self._judged: Judged | None = None
        self._board: dict[str, _Standing] = {}
        self._version = 0
        self.leader: Callable[[], Awaitable[None]] | None = None
        """Has the page that leads it give way to a newer one."""
        self._listeners: dict[Callable[[], None], bool] = {}

    # ------- the lecturer

    def is_led_by(self, token: Any) -> bool:
        """Whether this is the secret that only the lecturer's browser has."""
        return isinstance(token, str) and hmac.compare_digest(token.encode(), self.token.encode())

    def led(self) -> None:
        """The lecturer's page is there."""
        self._left = None
        self._changed()

    def left(self) -> None:
        """The lecturer's page has gone; it may come back."""
        self._left = self._clock()
        self._changed()

    @property
    def is_led(self) -> bool:
        """Whether the lecturer's page is there."""
        return self._left is None

    @property
    def ends_at(self) -> float:
        """When it closes by itself, on the room's clock."""
        end = self._opened + self._bounds.life
        return end if self._left is None else min(end, self._left + self._bounds.grace)

    def is_over(self) -> bool:
        """Whether it is closed; it closes when its time has come."""
        now = self._clock()
        if self.end is None and now >= self.ends_at:
            self.close(OLD if now >= self._opened + self._bounds.life else LEFT)
        return self.end is not None

    def close(self, why: str = CLOSED) -> None:
        """Close it: all that it holds goes."""
        self.end = why
        self.question, self.open = None, False
        for kept in (self._answers, self._right, self._board, self._known):
            kept.clear()
        self.show({"kind": "ended", "sentence": why})

    def show(self, told: Mapping[str, Any], **others: Any) -> None:
        """Put something on the board, in the place of what stood there of its kind.

        Each reads its messages in the own language; `others` are what differs for readers of another language than that
        of this task.
        """
        self._version += 1
        self._board[told["kind"]] = _Standing(self._version, told, others)
        self._changed()

    # ------- questions

    def ask(self, question: Question) -> None:
        """Put a question; the one before is gone, with its answers."""
        self.number += 1
        self.question, self.open, self._judged = question, True, None
        self._answers.clear()
        self._right.clear()
        self._show_question()

    def shut(self) -> dict[str, Any]:
        """No answer counts any more; all that were given, by phones without names."""
        if self.open:
            self.open = False
            self._show_question()
        return dict(self._answers)

    def judge(self, judged: Judged, answers: Mapping[str, Any]) -> None:
        """Which of these answers, in their order, are right."""
        self._judged = judged
        self._right = dict(zip(answers, judged.right, strict=True))
        self._show_question()

    def withdraw(self) -> None:
        """There is no question any more."""
        self.question, self.open, self._judged = None, False, None
        self._answers.clear()
        self._right.clear()
        self._show_question()

    def _show_question(self) -> None:
        one, judged = self.question, self._judged
        told = None
        if one is not None:
            told = {"id": self.number, "asks": one.asks, "words": one.words, "open": self.open, "count": len(one.runs)}
            told |= {} if judged is None else {"measured": judged.measured, "rule": judged.rule}
        self.show({"kind": "question", "question": told})

    @property
    def counts(self) -> dict[str, Any]:
        """For the lecturer: how many phones are there, and how many have answered."""
        return {"kind": "count", "phones": len(self._connected), "answers": len(self._answers), "id": self.number}

    # ------- phones

    def join(self, phone: str) -> None:
        """A phone comes, or comes back; one may be there twice. Raises Refusal where there is no more room."""
        most = self._bounds.phones
        if phone not in self._connected and len(self._connected) >= most:
            raise Refusal(
                message(
                    "This room is full: {most} phones are in it, and no more are let in. Try again later.",
                    most=f"{most:,}",
                )
            )
        if phone not in self._known and len(self._known) >= self._bounds.known:
            known = self._bounds.known
            raise Refusal(
                message(
                    "This room has seen {n} phones, and lets no new one in. Ask the lecturer for another.",
                    n=f"{known:,}",
                )
            )
        self._known.add(phone)
        self._connected[phone] = self._connected.get(phone, 0) + 1
        self._counted()

    def knows(self, phone: Any) -> bool:
        """Whether this phone was here before."""
        return phone in self._known

    def leave(self, phone: str) -> None:
        """One connection of a phone is gone; its answer stays."""
        self._connected[phone] = self._connected.get(phone, 1) - 1
        if self._connected[phone] <= 0:
            del self._connected[phone]
        self._counted()

    def answer(self, phone: str, number: Any, told: Any) -> None:
        """A phone's answer, in the place of its last one. Raises Refusal."""
        if self.question is None or number != self.number:
            raise Refusal(message("This question is over: an answer to it no longer counts."))
        if not self.open:
            raise Refusal(message("The answers are shown: they can no longer be changed."))
        self._answers[phone] = self.question.value(told)
        self._counted()

    def answered(self, phone: str) -> dict[str, Any]:
        """What a phone is told of its own answer."""
        return {
            "kind": "answered",
            "id": self.number,
            "value": self._answers.get(phone),
            "right": self._right.get(phone),
        }

    def news(self, seen: dict[str, int]) -> list[str]:
        """What on the board is newer than `seen`, which is brought up to date; the oldest first.

        In the language of this task.
        """
        standing = sorted(self._board.items(), key=lambda one: one[1].version)
        newer = [(kind, told) for kind, told in standing if told.version > seen.get(kind, 0)]
        seen.update({kind: told.version for kind, told in newer})
        return [told.text() for _, told in newer]

    # ------- who listens

    def listen(self, listener: Callable[[], None], counts: bool = False) -> Callable[[], None]:
        """Call it after each change; where it asks for `counts`, also after each answer and phone that comes or goes.

        Returns the way to stop.
        """
        self._listeners[listener] = counts

        def stop() -> None:
            self._listeners.pop(listener, None)

        return stop

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()

    def _counted(self) -> None:
        for listener in [one for one, counts in self._listeners.items() if counts]:
            listener()
