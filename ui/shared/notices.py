"""Reading what a stranger wrote: what cannot be taken costs a sentence, and its default stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.basis.checks import echo
from engine.basis.registry import unknown
from i18n import joined, message, sentence_of

Query = Mapping[str, Sequence[str]]
"""Each key of an address with all its values, as `st.query_params.get_all` gives them."""


class Reader:
    """Reads single values; what is wrong with one becomes a notice, and its default stands in."""

    def __init__(self) -> None:
        self.notices: list[str] = []

    def read(self, check: Callable[[], Any], default: Any, instead: str) -> Any:
        """What `check` returns, or `default` and a notice that ends with `instead`."""
        try:
            return check()
        except ValueError as fault:
            self.notices.append(joined(" ", [_ended(sentence_of(fault)), instead]))
            return default

    def ignored(self, sentence: str) -> None:
        """Note that something was left out."""
        self.notices.append(joined(" ", [_ended(sentence), message("It was left out.")]))

    def single(self, query: Query, known: Sequence[str], many: str, version: str) -> dict[str, str]:
        """The last value of each key. Notes keys that are not `known`, those but `many` that come twice, and `v`."""
        for key in query:
            if key not in known:
                self.ignored(unknown(message("setting in a link named"), key, known))
        for key in known:
            if key != many and len(query.get(key, [])) > 1:
                self.notices.append(message("The link names {key} more than once. The last one counts.", key=key))
        last = {key: values[-1] for key, values in query.items() if values}
        if last.get("v", version) != version:
            self.notices.append(
                message(
                    "The link says it is of version {said}, this is version {version}. What is known was read.",
                    said=echo(last["v"]),
                    version=version,
                )
            )
        return last


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else joined("", [sentence, "."])
