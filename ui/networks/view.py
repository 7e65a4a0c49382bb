"""One network as the page shows it, in training or trained: verdict, numbers, pictures, each in its own fixed room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from engine.basis.numerals import number
from engine.networks import Network, Snapshot, Trained, norm_words, ratio_words
from engine.networks.training import constant_loss
from ui.networks import fits
from ui.networks.figures import heat, loss_curve, losses_range, range_of, statistics
from ui.networks.pairs import title
from ui.shared.charts import show_chart
from ui.shared.table import table

VERDICTS = {
    "healthy": "Healthy gradient",
    "vanishing": "Vanishing gradient",
    "exploding": "Exploding gradient",
    "rate_too_high": "Learning rate too high",
    "little_learned": "Little learned",
}
"""What a table calls them, where several seeds are counted."""
PERCENT = "\u00a0%"
"""Does not break."""


TITLES = {
    "heat": "Gradient norm of each layer while it trains",
    "loss": "Loss",
    "fit": "What it has learned",
    "statistics": "What each hidden layer hands on, and its idle units",
}
"""What is to be seen in each chart."""


@dataclass(frozen=True)
class Scales:
    """What both sides share, so that a colour and a height mean the same on both."""

    colours: tuple[float, float]
    losses: tuple[float, float]

    @classmethod
    def of(cls, shown: Sequence[Trained]) -> Scales:
        """The ranges of all that is shown."""
        return cls(range_of(shown), losses_range(shown))


def heading(side: str, network: Network) -> str:
    """A side's name, and its network in a line."""
    return f'<h2 class="net {side}"><span>{side.capitalize()}</span> {escape(title(network))}</h2>'


def waiting(side: str, network: Network) -> None:
    """The rooms of a network that is being compiled."""
    st.html(
        heading(side, network) + _verdict("wait", "Compiling", "A network of this size is trained for the first time.")
    )
    st.html('<div class="net-room"></div>')


def show_network(
    side: str, trained: Trained, seeds: Sequence[Trained], scales: Scales, mark: str, growing: bool
) -> None:
    """All of one side. `mark` tells its charts' keys apart from those of other paintings."""
    network, verdict = trained.network, trained.verdict
    if growing:
        words = f"Step {trained.last.step:,} of {network.steps:,}. The verdict comes at the end."
        top = _verdict("wait", "Training", words)
    else:
        stopped = " (stopped)" if trained.kind == "stopped" else ""
        state = "well" if verdict.kind == "healthy" else "ill"
        top = _verdict(state, verdict.head + stopped, verdict.sentence)
    st.html(heading(side, network) + top)
    st.html(tiles(trained))

    def chart(name: str, figure: dict, words: str) -> None:
        show_chart(figure, f"{name}_{side}_{mark}", words, TITLES[name])

    chart("heat", heat(trained, scales.colours), heat_words(trained))
    left, right = st.columns(2)
    with left:
        chart("loss", loss_curve(trained, side, [trained, *seeds], scales.losses), loss_words(trained, len(seeds)))
    with right:
        chart("fit", fits.fit(trained), fit_words(trained))
    chart("statistics", statistics(trained, side), statistics_words(trained))


def _verdict(state: str, head: str, words: str) -> str:
    return f'<div class="verdict {state}" role="status"><b>{head}</b><p>{escape(words)}</p></div>'


def tiles(trained: Trained) -> str:
    """Three numbers that tell a training: the gradient where it arrives and where it comes from, and what it got."""
    start, last = trained.snapshots[0], trained.last
    first, end = (norm_words(norm) for norm in (start.weight_gradients[0], start.weight_gradients[-1]))
    got = ("loss", number(last.loss)) if np.isnan(last.accuracy) else ("points right", _percent(last.accuracy))
    told = (
        ("gradient at layer 1, step 0", first),
        (f"gradient at layer {trained.network.depth}, step 0", end),
        (f"{got[0]}, step {last.step:,}", got[1]),
    )
    shown = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in told)
    return f'<dl class="net-tiles">{shown}</dl>'


def numbers(trained: Trained) -> str:
    """What the verdict rests on; absolute norms beside the ratios, at the start and where training is."""
    head = ("", "‖∇W‖ first layer", "‖∇W‖ last", "Ratio W", "Ratio A", "Loss", "Right")
    rows = [(name, _cells(one)) for name, one in (("Start", trained.snapshots[0]), _now(trained))]
    told = f'<p class="net-words">{escape(trained.verdict.measured)}</p>'
    return f'<div class="net-numbers">{told}{table(head, rows)}</div>'


def _now(trained: Trained) -> tuple[str, Snapshot]:
    return f"Step {trained.last.step:,}", trained.last


def _cells(one: Snapshot) -> list[str]:
    first, last = one.weight_gradients[0], one.weight_gradients[-1]
    right = "" if np.isnan(one.accuracy) else _percent(one.accuracy)
    ratios = [ratio_words(one.weight_ratio), ratio_words(one.activation_ratio)]
    return [norm_words(first), norm_words(last), *ratios, number(one.loss), right]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{PERCENT}"


def heat_words(trained: Trained) -> str:
    """What the heat map shows, in a sentence."""
    last = trained.last
    first, end = norm_words(last.weight_gradients[0]), norm_words(last.weight_gradients[-1])
    return f"Pale is long, dark is short. At step {last.step:,}: {first} in the first layer, {end} in the last."


def loss_words(trained: Trained, others: int) -> str:
    """What the loss curve shows."""
    band = f" Band: {others + 1} seeds, lowest to highest." if others else ""
    return f"Dotted: a constant output, {number(constant_loss(trained.data))}.{band}"


def fit_words(trained: Trained) -> str:
    """What was learned, in a sentence."""
    last = trained.last
    if not np.isfinite(trained.losses[-1]):
        return f"Not finite from step {last.step:,} on: nothing was learned."
    if trained.network.own:
        return fits.fit_words(trained)
    if np.isnan(last.accuracy):
        return f"The line is the network's output at step {last.step:,}."
    return f"At step {last.step:,}: {_percent(last.accuracy)} of the points on their class's side."


def statistics_words(trained: Trained) -> str:
    """What the activations' statistics show."""
    last = trained.last
    worst, most = int(np.argmax(last.saturated)), int(np.argmax(last.dead))
    begin = f"What each hidden layer hands on at step {last.step:,}."
    if last.saturated[worst] < 0.005:
        return f"{begin} No unit is saturated, none is dead."
    dead = f"at most {_percent(last.dead[most])} (layer {most + 1})" if last.dead[most] > 0 else "none"
    half = " A ReLU's normal state is half." if trained.network.activation in ("relu", "leaky_relu") else ""
    return (
        f"{begin} Saturated (pale): at most {_percent(last.saturated[worst])} (layer {worst + 1}).{half} Dead units "
        f"(dark): {dead}."
    )


def layers_table(network: Network, snapshot: Snapshot) -> str:
    """Layer by layer: gradient norms and the activations' statistics, as an HTML table."""
    head = ("Layer", "‖∇W‖", "‖∇h‖", "mean of h", "spread of h", "dead units", "saturated")
    rows = []
    for at in range(network.depth):
        hidden = at < network.depth - 1
        cells = [norm_words(snapshot.weight_gradients[at])]
        cells += (
            [
                norm_words(snapshot.activation_gradients[at]),
                number(float(snapshot.means[at])),
                number(float(snapshot.deviations[at])),
                _percent(snapshot.dead[at]),
                _percent(snapshot.saturated[at]),
            ]
            if hidden
            else [""] * 5
        )
        rows.append((f"{at + 1}{'' if hidden else ' (output)'}", cells))
    return table(head, rows, f"Step {snapshot.step:,}")
