"""The literals of a JavaScript file, and in whose call each stands: as much of the grammar as our own files need."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# What a regular expression may follow; behind anything else a slash divides.
_BEFORE_REGEX = {"return", "case", "typeof", "of", "in", "await", "yield", "else", "new", "delete", "void"}
_NAME = re.compile(r"[\w$#]+")
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[])+/[a-z]*")


@dataclass
class Token:
    """One name, sign or literal."""

    kind: str
    """name, sign, text, template or regex."""
    at: int
    text: str
    """A template's is that between its expressions, with "{}" for each."""
    inner: list[list["Token"]] = field(default_factory=list)
    """Of a template: what each of its expressions is made of."""


@dataclass
class Literal:
    """A text in the source."""

    line: int
    text: str
    call: str
    """The function whose argument it is, itself; "" for none."""
    place: int
    """Which of its arguments."""
    plain: bool
    """Whether it has no expressions in it, and no other part is added to it."""


def literals(source: str) -> Iterator[Literal]:
    """All texts and templates of a file."""
    yield from _in_calls(_tokens(source, 0)[0], source)


def _in_calls(tokens: list[Token], source: str) -> Iterator[Literal]:
    open_: list[tuple[str, int]] = []
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else Token("sign", 0, "(")
        after = tokens[i + 1] if i + 1 < len(tokens) else Token("sign", 0, ")")
        if token.kind == "sign" and token.text in "([{":
            open_.append((before.text if token.text == "(" and before.kind == "name" else "", 0))
        elif token.kind == "sign" and token.text in ")]}":
            open_.pop()
        elif token.text == "," and open_:
            open_[-1] = (open_[-1][0], open_[-1][1] + 1)
        elif token.kind in ("text", "template"):
            call, place = open_[-1] if open_ else ("", 0)
            alone = before.text in ("(", ",") and after.text in (",", ")") and not token.inner
            yield Literal(source.count("\n", 0, token.at) + 1, token.text, call, place, alone)
            for part in token.inner:
                yield from _in_calls(part, source)


def _tokens(source: str, at: int, inside: bool = False) -> tuple[list[Token], int]:
    """The tokens from a place on, and where they end: at the end of the file, or of a template's expression."""
    found: list[Token] = []
    deep = 0
    while at < len(source):
        sign = source[at]
        if sign.isspace():
            at += 1
        elif source.startswith("//", at):
            at = source.find("\n", at) % (len(source) + 1)
        elif source.startswith("/*", at):
            at = source.index("*/", at) + 2
        elif sign in "\"'":
            end = at + 1
            while source[end] != sign:
                end += 2 if source[end] == "\\" else 1
            found.append(Token("text", at, source[at + 1 : end].replace(f"\\{sign}", sign)))
            at = end + 1
        elif sign == "`":
            token, at = _template(source, at)
            found.append(token)
        elif name := _NAME.match(source, at):
            found.append(Token("name", at, name[0]))
            at = name.end()
        elif sign == "/" and _may_begin_regex(found) and (regex := _REGEX.match(source, at)):
            found.append(Token("regex", at, regex[0]))
            at = regex.end()
        elif sign == "}" and inside and deep == 0:
            return found, at + 1
        else:
            deep += (sign == "{") - (sign == "}")
            found.append(Token("sign", at, sign))
            at += 1
    return found, at


def _may_begin_regex(found: list[Token]) -> bool:
    if not found:
        return True
    last = found[-1]
    return last.text in _BEFORE_REGEX if last.kind == "name" else last.kind == "sign" and last.text not in ")]}"


def _template(source: str, start: int) -> tuple[Token, int]:
    token = Token("template", start, "")
    at = start + 1
    while source[at] != "`":
        if source.startswith("${", at):
            inner, at = _tokens(source, at + 2, inside=True)
            token.inner.append(inner)
            token.text += "{}"
        else:
            step = 2 if source[at] == "\\" else 1
            token.text += source[at : at + step]
            at += step
    return token, at + 1
