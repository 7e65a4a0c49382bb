"""Registries: ordered, read-only mappings whose missing key names the nearest one."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, TypeVar

from engine.basis.checks import echo
from i18n import joined, message


class Keyed(Protocol):
    """Anything that carries its own registry key."""

    @property
    def key(self) -> str:
        """As menus, links and the wire name the record."""
        ...


Record = TypeVar("Record", bound=Keyed)


def records_in(package: str, folders: Iterable[str], first: Iterable[str] = ()) -> list[Any]:
    """The records of a package of one-record files, ADAM of `adam.py`: those named `first`, then the others by key."""
    keys = sorted(found.name for found in iter_modules(folders))
    order = [*(key for key in first if key in keys), *(key for key in keys if key not in first)]
    return [getattr(import_module(f"{package}.{key}"), key.upper()) for key in order]


class UnknownKey(KeyError, ValueError):
    """A key that no registry holds; its text is the whole sentence (a plain KeyError would quote it)."""

    def __str__(self) -> str:
        return self.args[0]


class Registry(Mapping[str, Record]):
    """Records by key, in menu order."""

    def __init__(self, noun: str, records: Iterable[Record]):
        self._noun = noun
        self._records = {record.key: record for record in records}

    def __getitem__(self, key: str) -> Record:
        try:
            return self._records[key]
        except (KeyError, TypeError):
            raise UnknownKey(unknown(self._noun, key, self._records)) from None

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


MOST_NAMED = 6
"""Names that a refusal lists: more would be no sentence."""


def unknown(noun: str, name: object, known: Iterable[str]) -> str:
    """The sentence for a name that is not among `known`: what, got what, what to use instead."""
    known = list(known)
    if not known:
        return message("There is no {noun} {name}: it has none.", noun=message(noun), name=echo(name))
    near = get_close_matches(name[:40].lower(), known, n=1, cutoff=0.4) if isinstance(name, str) else []
    told = {"noun": message(noun), "name": echo(name)}
    if near:
        return message('There is no {noun} {name}. Did you mean "{near}"?', near=near[0], **told)
    some = joined(", ", known[:MOST_NAMED])
    if len(known) > MOST_NAMED:
        some = message("the {n}, such as {some}", n=len(known), some=some)
    return message("There is no {noun} {name}. Choose one of {some}.", some=some, **told)
