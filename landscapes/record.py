"""What a landscape is: a loss surface over two parameters, and what is known about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from i18n import message
from landscapes import language
from landscapes.parameters import LossWithParameters, Parameter, settled, values_text

if TYPE_CHECKING:
    from jaxtyping import Array, Float

Loss = Callable[["Float[Array, '2']"], "Float[Array, '']"]
Point = tuple[float, float]
Window = tuple[tuple[float, float], tuple[float, float]]
Kind = Literal["global minimum", "lowest minimum", "local minimum", "maximum", "saddle", "degenerate"]
"""A "lowest minimum" is the lowest of its window on a surface that goes lower elsewhere."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Group = Literal[
    "Bowls and ravines",
    "Many minima",
    "Saddles",
    "Plateaus and cliffs",
    "Classic benchmarks",
    "Your own",
    "Real models",
    "Trained networks",
]
GROUPS: tuple[Group, ...] = get_args(Group)
"""What surfaces teach, in the order of the menu; the last three are those of no file."""

FORMULA_PREFIX = "formula:"
# Beyond this the squares of coordinates, and the grids between them, lose the precision a picture needs.
FARTHEST = 1e9  # written 10⁹ in its sentence


@dataclass(frozen=True)
class CriticalPoint:
    """A place where the gradient is zero: its position (x, y) and its kind, one of `KINDS`."""

    position: Point
    kind: Kind


@dataclass(frozen=True)
class Landscape:
    """A loss surface over two variables.

    key: the registry key (the file's name), or "formula:<expression>" for a typed one; group: what it teaches, one of
    `GROUPS`; loss: position (2,) -> scalar, traceable by JAX; window: ((x0, x1), (y0, y1)); start: (x, y);
    critical_points: those known in the record's own window, all there are if `complete`; singular_points: where the
    loss is continuous but has no gradient; lesson: one sentence; source: where the surface comes from; expression: the
    formula in plain text, None for a surface that is no formula.

    axes: what the two variables are called; parameters: letters of the formula whose `values` are given from outside;
    family: the formula with those letters, where `expression` is the one at their defaults; None where it is the same.

    Equal expressions share one `loss` object, whatever their windows, so that programs compiled for it are shared too;
    those of other values share its programs.
    """

    _: KW_ONLY
    key: str
    name: str
    group: Group = "Your own"
    loss: Loss
    window: Window
    start: Point
    critical_points: tuple[CriticalPoint, ...] = ()
    singular_points: tuple[Point, ...] = ()
    complete: bool = True
    lesson: str = ""
    source: str = ""
    expression: str | None = None
    axes: tuple[str, str] = language.VARIABLES
    parameters: tuple[Parameter, ...] = ()
    values: tuple[float, ...] = ()
    family: str | None = None

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f'{self.name} needs a group of the menu, one of {", ".join(GROUPS)}; got "{self.group}".')
        for name in ("name", "group", "lesson"):
            object.__setattr__(self, name, message(getattr(self, name)))
        object.__setattr__(self, "window", checked_window(self.window))
        if not all(math.isfinite(value) for value in self.start):
            raise ValueError(
                message(
                    "A start needs two finite numbers; got {start}. Choose a point in the window.",
                    start=str(self.start),
                )
            )

    @classmethod
    def from_formula(
        cls,
        expression: str,
        *,
        key: str,
        name: str,
        group: Group = "Your own",
        window: Window,
        start: Point,
        critical_points: tuple[CriticalPoint, ...] = (),
        singular_points: tuple[Point, ...] = (),
        complete: bool = True,
        lesson: str = "",
        source: str = "",
        parameters: tuple[Parameter, ...] = (),
        family: str | None = None,
    ) -> Landscape:
        """The landscape of a formula. Raises FormulaError where the text is none.

        A formula's own letters are parameters as `parameters` say, or else as any letter is. One without letters may
        be a `family`'s at the defaults of those: it is compiled as it stands, and to the last bit what it is without.
        """
        reading = language.read(expression)
        known = {one.name: one for one in parameters}
        parameters = parameters if family else tuple(known.get(name) or Parameter(name) for name in reading.letters)
        values = tuple(one.default for one in parameters)
        loss = language.loss_of(reading.tree)
        return cls(
            key=key,
            name=name,
            group=group,
            loss=LossWithParameters(loss, values) if reading.letters else loss,
            window=window,
            start=start,
            critical_points=critical_points,
            singular_points=singular_points,
            complete=complete,
            lesson=lesson,
            source=source,
            expression=language.plain_text(reading.tree, reading.axes),
            axes=reading.axes,
            parameters=parameters,
            values=values,
            family=family,
        )

    @property
    def text(self) -> str:
        """The text form, as wire messages carry it: the key, or "formula:<expression>", and behind it the values of
        the parameters that are not at their defaults: "ravine@kappa=200".
        """
        values = values_text(self.parameters, self.values)
        return f"{self.key}@{values}" if values else self.key

    @property
    def is_changed(self) -> bool:
        """Whether a parameter is not at its default."""
        return any(value != one.default for one, value in zip(self.parameters, self.values, strict=True))

    def with_values(self, values: Mapping[str, float]) -> Landscape:
        """The same family at other values of these parameters; where that is another surface than the record's own,
        nothing is known of its critical points.

        Raises ValueError with a sentence for a name that is no parameter, or a value that it cannot have.
        """
        taken = settled(self.name, self.parameters, values, self.values)
        if taken == self.values:
            return self
        moved = replace(self, values=taken, critical_points=(), singular_points=(), complete=False)
        tree = moved._general[0] if moved.is_changed else language.parse(self.expression or "")
        loss = language.loss_of(tree)
        return replace(moved, loss=LossWithParameters(loss, taken) if language.letters_of(tree) else loss)

    @property
    def counterpart(self) -> Landscape | None:
        """At its defaults the same family elsewhere, elsewhere the same at its defaults: the one that the first move of
        a parameter leads to, where that has programs of its own; None where all values share theirs.
        """
        if not self.parameters or (self.family or self.expression) == self.expression:
            return None
        if self.is_changed:
            return self.with_values({one.name: one.default for one in self.parameters})
        one = self.parameters[0]
        return self.with_values({one.name: next(end for end in (one.low, one.high) if end != one.default)})

    def with_ends(self, ends: Mapping[str, Sequence[float]]) -> Landscape:
        """The same surface with sliders from one number to another for these parameters. Raises ValueError."""
        known = {one.name: one for one in self.parameters}
        for name, (low, high) in ends.items():
            if name not in known:
                raise ValueError(
                    message('{surface} has no parameter "{name}".', surface=self.name, name=language.quoted(name))
                )
            if (low, high) != (known[name].low, known[name].high):
                known[name] = known[name].with_ends(low, high)
        return replace(self, parameters=tuple(known.values()))

    @property
    def plain(self) -> str | None:
        """The formula in plain text, with the letters of parameters that were moved; None for none."""
        return None if self._shown is None else language.plain_text(*self._shown)

    @property
    def _general(self) -> tuple[language.Expression, tuple[str, str]]:
        """The tree that its letters stand in, and the names of the axes."""
        assert self.expression is not None
        return language.parse(self.family or self.expression), self.axes

    @property
    def _shown(self) -> tuple[language.Expression, tuple[str, str]] | None:
        """The tree to print and the names of the axes: at its defaults a surface of the menu has its numbers."""
        if self.expression is None:
            return None
        return self._general if self.is_changed else (language.parse(self.expression), self.axes)

    @property
    def is_of_one_variable(self) -> bool:
        """Whether the loss depends on the first axis alone: then it is a curve."""
        return self.expression is not None and language.variables_of(self._general[0]) == {language.VARIABLES[0]}

    @property
    def letters(self) -> dict[str, float]:
        """The values of the letters that stand in the printed formula."""
        if self._shown is None:
            return {}
        values = dict(zip((one.name for one in self.parameters), self.values, strict=True))
        return {name: values[name] for name in language.letters_of(self._shown[0])}

    @property
    def tex(self) -> str | None:
        """The formula in LaTeX (no dollar signs); None for a surface that is no formula."""
        return None if self._shown is None else language.latex(*self._shown)

    @property
    def markup(self) -> str | None:
        """The formula as a presentation MathML `<math>` element; None for a surface that is no formula."""
        return None if self._shown is None else language.mathml(*self._shown)

    @property
    def family_markup(self) -> str | None:
        """The formula with its letters, at their defaults too, as `markup` has it; None for one without."""
        return language.mathml(*self._general) if self.parameters else None

    @property
    def torch(self) -> str | None:
        """The formula as a Python expression in torch scalars, by the names of axes and letters; None for none."""
        return None if self._shown is None else language.torch_text(*self._shown)

    @property
    def jax(self) -> str | None:
        """The formula as a Python expression in JAX scalars, by the names of axes and letters; None for none."""
        return None if self._shown is None else language.jax_text(*self._shown)

    def with_window(self, window: Sequence[Sequence[float]]) -> Landscape:
        """The same surface seen through another window ((x0, x1), (y0, y1)); the loss stays the same object.

        The known critical points stay those of the record's own window. Raises ValueError for a window that is none.
        """
        return replace(self, window=checked_window(window))


def checked_window(window: Sequence[Sequence[float]]) -> Window:
    """`window` as ((x0, x1), (y0, y1)) of floats; ValueError with a sentence if it is no such thing."""
    try:
        (x0, x1), (y0, y1) = window
        sides = (float(x0), float(x1)), (float(y0), float(y1))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            message(
                "A window needs four numbers ((x0, x1), (y0, y1)); got something else. Example: ((-3, 3), (-3, 3))."
            )
        ) from None
    for axis, (low, high) in zip("xy", sides, strict=True):
        told = {"axis": axis, "low": f"{low:g}", "high": f"{high:g}"}
        if not -FARTHEST <= low < high <= FARTHEST:
            raise ValueError(
                message(
                    "The window's {axis} side must run from a smaller to a larger number within ±10⁹; "
                    "got {low} to {high}.",
                    **told,
                )
            )
        # The middle of a side narrower than its own rounding cannot be told from its ends, nor drawn.
        if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
            raise ValueError(
                message(
                    "The window's {axis} side is too narrow to draw: {low} to {high}. Widen it to 10⁻⁹ at least.",
                    **told,
                )
            )
    return sides
