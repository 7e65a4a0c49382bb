"""English texts that remember their template and arguments, so that they can be translated where they are shown.

A `Message` is a `str`, its own English text: whoever compares, measures or caches one sees a text. What is computed
from one with an f-string, `format` or `str.join` is a plain text and can no longer be translated: nest messages as
arguments instead, or add them with `+`.

    message("{name} arrives at {place}.", name=run.name, place=message("the minimum at {point}", point=point))
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Self

PLACE = re.compile(r"\{([\w-]+)\}")
"""An argument's place in a template. Other braces, such as those of a formula, stay as they are."""


class Message(str):
    """A text in English, with the template and the arguments that it was made from.

    Attributes:
        template: the text in English with `{name}` for each argument; the key of its translation.
        arguments: texts or numbers by name; a message among them is translated, too.
        many: the template for other counts than one, or None where nothing is counted.
        counted: how many there are of what is counted, if anything is.
        capital: whether the first letter is made upper-case, in any language.
        small: whether it is made lower-case in English; other languages have their own rules, and keep it.
    """

    template: str
    arguments: dict[str, object]
    # Most messages have none of these: what is not said of one costs it nothing.
    many: str | None = None
    counted: int = 1
    capital: bool = False
    small: bool = False

    def __new__(
        cls,
        template: str,
        arguments: dict[str, object] | None = None,
        *,
        many: str | None = None,
        counted: int = 1,
        capital: bool = False,
        small: bool = False,
    ) -> Self:
        """The message of a template; `many` is taken where `counted` is not one."""
        arguments = arguments or {}
        text = filled(template if many is None or counted == 1 else many, arguments)
        text = first_upper(text) if capital else first_lower(text) if small else text
        self = str.__new__(cls, text)
        self.template, self.arguments = template, arguments
        if many is not None:
            self.many, self.counted = many, counted
        if capital:
            self.capital = True
        if small:
            self.small = True
        return self

    def __add__(self, other: str) -> "Message":
        """The two behind each other, still to be translated."""
        return joined("", [self, other])

    def __radd__(self, other: str) -> "Message":
        """The same with a plain text in front."""
        return joined("", [other, self])

    def __reduce__(self) -> tuple[object, ...]:
        """How copies and pickles make it anew."""
        made = self.template, self.arguments, self.many, self.counted, self.capital, self.small
        return _again, (type(self), *made)


def message(template: str, /, **arguments: object) -> Message:
    """A text to be translated where it is shown, with `{name}` for each argument."""
    if not arguments:
        return template if isinstance(template, Message) else Message(template)
    # A drag makes some dozens of these in each of its answers.
    made = str.__new__(Message, filled(template, arguments))
    made.template, made.arguments = template, arguments
    return made


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


def lowered(text: str) -> Message:
    """The text inside a sentence: its first letter lower-case in English, and as its translation has it elsewhere."""
    return Message("{0}", {"0": text}, small=True)


def listed(parts: Sequence[str]) -> Message:
    """Several things as one: "a", "a and b", "a, b and c"; still to be translated."""
    *others, last = parts
    if not others:
        return joined("", [last])
    row, *more = others
    for word in more:
        row = message("{words}, {next}", words=row, next=word)
    return message("{others} and {last}", others=row, last=last)


def clauses(parts: Sequence[str]) -> str:
    """Several clauses as one, "a; b; c", still to be translated."""
    said, *others = parts
    for more in others:
        said = message("{said}; {more}", said=said, more=more)
    return said


def sentence_of(fault: BaseException) -> str:
    """What an exception says, still to be translated; `str(fault)` is its English text."""
    said = fault.args[0] if fault.args else ""
    return said if isinstance(said, Message) else str(fault)


def filled(template: str, arguments: dict[str, object]) -> str:
    """A template with its arguments in their places."""
    if not arguments:
        return template
    form, names = _form(template)
    # A drag fills some dozens in each of its answers: all at once, and the odd one out with care.
    try:
        return form % tuple([arguments[name] for name in names])
    except KeyError:
        return form % tuple([arguments.get(name, f"{{{name}}}") for name in names])


@lru_cache(maxsize=4096)
def _form(template: str) -> tuple[str, tuple[str, ...]]:
    """A template as the operator % takes it, and the names of its places in order."""
    return PLACE.sub("%s", template.replace("%", "%%")), tuple(PLACE.findall(template))


def first_upper(text: str) -> str:
    """The text with its first letter upper-case and the others as they are."""
    return text[:1].upper() + text[1:]


def first_lower(text: str) -> str:
    """The text with its first letter lower-case and the others as they are."""
    return text[:1].lower() + text[1:]


def _again(kind: type[Message], template, arguments, many, counted, capital, small) -> Message:
    return kind(template, arguments, many=many, counted=counted, capital=capital, small=small)
