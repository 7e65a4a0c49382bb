"""A run to take home: as a program, a notebook or a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine import Run
from engine.basis.registry import unknown
from engine.export import csv_text, jax_code, notebook_text, pytorch_code
from engine.frame import note
from i18n import message, sentence_of
from landscapes.on_data import cost_of
from live.queries.fields import BOWL, a_name, any_run_of
from live.queries.needs import Need, descents_of
from live.queries.query import Field, Kind
from live.queries.refusal import Refusal

FORMS: Mapping[str, tuple[str, Callable[[Run, str], str]]] = {
    "pytorch": ("_pytorch.py", pytorch_code),
    "jax": ("_jax.py", jax_code),
    "notebook": (".ipynb", notebook_text),
    "csv": (".csv", lambda run, _own: csv_text(run)),
}
"""What a run can be written as: the end of the file's name, and what writes it, with the run's own name."""


@dataclass(frozen=True)
class Export:
    """What is this run as such a text?"""

    seq: int
    run: Run
    form: str
    name: str = ""
    kind: ClassVar[str] = "export"

    @property
    def needs(self) -> list[Need]:
        """The descent, whose end the text tells."""
        return descents_of(self.run)

    @property
    def steps(self) -> int:
        """Those of the run."""
        return self.run.steps * cost_of(self.run.landscape.loss)

    @property
    def inline(self) -> bool:
        """Ten thousand lines of a table are written in a tenth of a second."""
        return False

    def answer(self) -> bytes:
        """A frame without arrays: the text, and its file's name. Raises Refusal for a surface that is no formula."""
        end, write = FORMS[self.form]
        try:
            text = write(self.run, self.name)
        except ValueError as fault:
            raise Refusal(sentence_of(fault)) from None
        name = f"{self.run.optimizer}_on_{self.run.landscape.key.split(':')[0]}{end}"
        return note({"seq": self.seq, "kind": self.kind, "form": self.form, "name": name, "text": text})


def _form(name: str, value: Any) -> str:
    if value not in FORMS:
        raise Refusal(unknown(message('"{name}" of an export', name=name), value, FORMS))
    return value


EXPORT = Kind(
    "export",
    (
        Field("run", any_run_of, example=BOWL),
        Field("form", _form, example="notebook"),
        Field("name", a_name, default=""),
    ),
    Export,
)
