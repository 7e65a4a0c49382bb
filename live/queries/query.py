"""What a query is to the server, and how one kind of it is declared."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeGuard

from engine.basis.registry import unknown
from i18n import message
from landscapes import Landscape
from live.queries.needs import Need
from live.queries.refusal import Refusal


class Query(Protocol):
    """A checked message: what it needs, what it costs, and its answer."""

    kind: ClassVar[str]

    @property
    def needs(self) -> Sequence[Need]:
        """The programs that must be compiled before it can be answered quickly."""
        ...

    @property
    def steps(self) -> int:
        """Steps it may cost, for the connection's allowance."""
        ...

    @property
    def inline(self) -> bool:
        """Whether it is small enough for the event loop, once everything is compiled."""
        ...

    def answer(self) -> bytes:
        """The binary answer."""
        ...


class Hasty(Query, Protocol):
    """One that small programs can answer as well, where its surface is new: they are compiled sooner."""

    @property
    def soon(self) -> Sequence[Need]:
        """What `answer` compiles as long as not all that it `needs` is there."""
        ...

    def complete(self) -> None:
        """Compile what it `needs`."""
        ...

    @property
    def counterparts(self) -> Sequence[Landscape]:
        """Surfaces that the first move of a parameter leads to, and that have programs of their own."""
        ...


def is_hasty(query: Query) -> TypeGuard[Hasty]:
    """Whether small programs can answer it as well.

    Asked of its class: isinstance with a protocol would compute every property of each message that it looks at.
    """
    return hasattr(type(query), "soon")


def takes_long(query: Query) -> bool:
    """Whether it is one that is answered part by part for as long as a minute: it comes after all others."""
    return getattr(query, "is_long", False)


NEEDED = object()
"""The default of a field that a message must have."""


@dataclass(frozen=True)
class Field:
    """One key of a message."""

    name: str
    read: Callable[[str, Any], Any]
    """From the key's name and what JSON made of its value to what the query takes. Raises Refusal."""
    default: Any = NEEDED
    """What a message without it means, or with null; given as it is, unread."""
    example: Any = None
    """A value, as in JSON."""


@dataclass(frozen=True)
class Kind:
    """One kind of query: which keys its message has besides `seq` and `kind`, and what they ask.

    The record of `kinds/<key>.py`, named as its key in capitals: a file there is all that the wire needs of it.
    """

    key: str
    fields: tuple[Field, ...]
    ask: Callable[..., Query]
    """Called with `seq` and each field by name, read. Raises Refusal where they do not go together."""

    @property
    def example(self) -> Mapping[str, Any]:
        """A message of this kind without its number, and without the keys that it may leave out."""
        return {field.name: field.example for field in self.fields if field.default is NEEDED}

    def query(self, seq: int, told: Mapping[str, Any]) -> Query:
        """The query of a message. Raises Refusal for unknown keys, for missing ones, and as `read` and `ask` do."""
        known = ("seq", "kind", *(field.name for field in self.fields))
        for name in told:
            if name not in known:
                raise Refusal(unknown("key of this kind of message", name, known))
        return self.ask(seq=seq, **{field.name: self._value(field, told) for field in self.fields})

    def _value(self, field: Field, told: Mapping[str, Any]) -> Any:
        value = told.get(field.name)
        if value is not None:
            return field.read(field.name, value)
        if field.default is NEEDED:
            raise Refusal(
                message(
                    'A question of this kind needs "{name}"; got none. Ask as in {example}.',
                    name=field.name,
                    example=json.dumps(self.example),
                )
            )
        return field.default
