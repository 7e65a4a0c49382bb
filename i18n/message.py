"""English texts that remember their template and arguments, so that they can be translated where they are shown.

A `Message` is a `str`, its own English text: whoever compares, measures or caches one sees a text. What is computed
from one with an f-string, `format` or `str.join` is a plain text and can no longer be translated: nest messages as
arguments instead, or add them with `+`.

    message("{name} arrives at {place}.", name=run.name, place=message("the minimum at {point}", point=point))
"""

import re
from collections.abc import Iterable
from typing import Self

PLACE = re.compile(r"\{(\w+)\}")
"""An argument's place in a template. Other braces, such as those of a formula, stay as they are."""


class Message(str):
    """A text in English, with the template and the arguments that it was made from.

    Attributes:
        template: the text in English with `{name}` for each argument; the key of its translation.
        arguments: texts or numbers by name; a message among them is translated, too.
        many: the template for other counts than one, or None where nothing is counted.
        counted: how many there are of what is counted, if anything is.
        capital: whether the first letter is made upper-case, in any language.
    """

    __slots__ = ("arguments", "capital", "counted", "many", "template")

    template: str
    arguments: dict[str, object]
    many: str | None
    counted: int
    capital: bool

    def __new__(
        cls,
        template: str,
        arguments: dict[str, object] | None = None,
        *,
        many: str | None = None,
        counted: int = 1,
        capital: bool = False,
    ) -> Self:
        """The message of a template; `many` is taken where `counted` is not one."""
        arguments = arguments or {}
        text = filled(template if many is None or counted == 1 else many, arguments)
        self = super().__new__(cls, first_upper(text) if capital else text)
        self.template, self.arguments, self.many = template, arguments, many
        self.counted, self.capital = counted, capital
        return self

    def __add__(self, other: str) -> "Message":
        """The two behind each other, still to be translated."""
        return joined("", [self, other])

    def __radd__(self, other: str) -> "Message":
        """The same with a plain text in front."""
        return joined("", [other, self])

    def __reduce__(self) -> tuple[object, ...]:
        """How copies and pickles make it anew."""
        return _again, (type(self), self.template, self.arguments, self.many, self.counted, self.capital)


def message(template: str, /, **arguments: object) -> Message:
    """A text to be translated where it is shown, with `{name}` for each argument."""
    return template if isinstance(template, Message) and not arguments else Message(template, arguments)


def plural(one: str, many: str, count: int, /, **arguments: object) -> Message:
    """The same of something counted: `one` for 1, `many` for any other count; languages may have other forms."""
    return Message(one, arguments, many=many, counted=count)


def joined(separator: str, parts: Iterable[str]) -> Message:
    """What `separator.join(parts)` is, each part still to be translated."""
    parts = list(parts)
    template = separator.join(f"{{{i}}}" for i in range(len(parts)))
    return Message(template, {str(i): part for i, part in enumerate(parts)})


def capitalized(text: str) -> Message:
    """The text with its first letter upper-case, still to be translated."""
    return Message("{0}", {"0": text}, capital=True)


def sentence_of(fault: BaseException) -> str:
    """What an exception says, still to be translated; `str(fault)` is its English text."""
    said = fault.args[0] if fault.args else ""
    return said if isinstance(said, Message) else str(fault)


def filled(template: str, arguments: dict[str, object]) -> str:
    """A template with its arguments in their places."""
    if not arguments:
        return template
    return PLACE.sub(lambda place: str(arguments.get(place[1], place[0])), template)


def first_upper(text: str) -> str:
    """The text with its first letter upper-case and the others as they are."""
    return text[:1].upper() + text[1:]


def _again(kind: type[Message], template, arguments, many, counted, capital) -> Message:
    return kind(template, arguments, many=many, counted=counted, capital=capital)
