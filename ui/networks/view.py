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
from i18n import Message, joined, message
from ui.networks import fits
from ui.networks.figures import heat, loss_curve, losses_range, range_of, statistics
from ui.networks.pairs import title
from ui.shared.charts import show_chart
from ui.shared.language import t
from ui.shared.table import table

VERDICTS = {
    "healthy": message("Healthy gradient"),
    "vanishing": message("Vanishing gradient"),
    "exploding": message("Exploding gradient"),
    "rate_too_high": message("Learning rate too high"),
    "little_learned": message("Little learned"),
}
"""What a table calls them, where several seeds are counted."""
HEADINGS = {"problem": message("Problem"), "remedy": message("Remedy")}
PERCENT = "\u00a0%"
"""Does not break."""


TITLES = {
    "heat": message("Gradient norm of each layer while it trains"),
    "loss": message("Loss"),
    "fit": message("What it has learned"),
    "statistics": message("What each hidden layer hands on, and its idle units"),
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
    return f'<h2 class="net {side}"><span>{escape(t(HEADINGS[side]))}</span> {escape(t(title(network)))}</h2>'


def waiting(side: str, network: Network) -> None:
    """The rooms of a network that is being compiled."""
    words = t("A network of this size is trained for the first time.")
    st.html(heading(side, network) + _verdict("wait", t("Compiling"), words))
    st.html('<div class="net-room"></div>')


def show_network(
    side: str, trained: Trained, seeds: Sequence[Trained], scales: Scales, mark: str, growing: bool
) -> None:
    """All of one side. `mark` tells its charts' keys apart from those of other paintings."""
    network, verdict = trained.network, trained.verdict
    if growing:
        words = t(
            "Step {step} of {steps}. The verdict comes at the end.",
            step=f"{trained.last.step:,}",
            steps=f"{network.steps:,}",
        )
        top = _verdict("wait", t("Training"), words)
    else:
        head = message(verdict.head)
        head = message("{verdict} (stopped)", verdict=head) if trained.kind == "stopped" else head
        top = _verdict("well" if verdict.kind == "healthy" else "ill", t(head), t(verdict.sentence))
    st.html(heading(side, network) + top)
    st.html(tiles(trained))

    def chart(name: str, figure: dict, words: str) -> None:
        show_chart(figure, f"{name}_{side}_{mark}", t(words), t(TITLES[name]))

    chart("heat", heat(trained, scales.colours), heat_words(trained))
    left, right = st.columns(2)
    with left:
        chart("loss", loss_curve(trained, side, [trained, *seeds], scales.losses), loss_words(trained, len(seeds)))
    with right:
        chart("fit", fits.fit(trained), fit_words(trained))
    chart("statistics", statistics(trained, side), statistics_words(trained))


def _verdict(state: str, head: str, words: str) -> str:
    return f'<div class="verdict {state}" role="status"><b>{escape(head)}</b><p>{escape(words)}</p></div>'


def tiles(trained: Trained) -> str:
    """Three numbers that tell a training: the gradient where it arrives and where it comes from, and what it got."""
    start, last = trained.snapshots[0], trained.last
    first, end = (norm_words(norm) for norm in (start.weight_gradients[0], start.weight_gradients[-1]))
    step = f"{last.step:,}"
    got = (
        (message("loss, step {step}", step=step), number(last.loss))
        if np.isnan(last.accuracy)
        else (message("points right, step {step}", step=step), _percent(last.accuracy))
    )
    told = (
        (message("gradient at layer {layer}, step 0", layer=1), first),
        (message("gradient at layer {layer}, step 0", layer=trained.network.depth), end),
        got,
    )
    shown = "".join(f"<div><dt>{escape(t(name))}</dt><dd>{escape(t(value))}</dd></div>" for name, value in told)
    return f'<dl class="net-tiles">{shown}</dl>'


def numbers(trained: Trained) -> str:
    """What the verdict rests on; absolute norms beside the ratios, at the start and where training is."""
    head = ("", t("‖∇W‖ first layer"), t("‖∇W‖ last"), t("Ratio W"), t("Ratio A"), t("Loss"), t("Right"))
    rows = [(name, _cells(one)) for name, one in ((t("Start"), trained.snapshots[0]), _now(trained))]
    told = f'<p class="net-words">{escape(t(trained.verdict.measured))}</p>'
    return f'<div class="net-numbers">{told}{table(head, rows)}</div>'


def _now(trained: Trained) -> tuple[str, Snapshot]:
    return t("Step {step}", step=f"{trained.last.step:,}"), trained.last


def _cells(one: Snapshot) -> list[str]:
    first, last = one.weight_gradients[0], one.weight_gradients[-1]
    right = "" if np.isnan(one.accuracy) else _percent(one.accuracy)
    ratios = [ratio_words(one.weight_ratio), ratio_words(one.activation_ratio)]
    return [*map(t, (norm_words(first), norm_words(last), *ratios)), number(one.loss), right]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{PERCENT}"


def heat_words(trained: Trained) -> Message:
    """What the heat map shows, in a sentence."""
    last = trained.last
    first, end = norm_words(last.weight_gradients[0]), norm_words(last.weight_gradients[-1])
    return message(
        "Pale is long, dark is short. At step {step}: {first} in the first layer, {last} in the last.",
        step=f"{last.step:,}",
        first=first,
        last=end,
    )


def loss_words(trained: Trained, others: int) -> Message:
    """What the loss curve shows."""
    constant = message("Dotted: a constant output, {loss}.", loss=number(constant_loss(trained.data)))
    if not others:
        return constant
    return joined(" ", [constant, message("Band: {count} seeds, lowest to highest.", count=others + 1)])


def fit_words(trained: Trained) -> str:
    """What was learned, in a sentence."""
    last = trained.last
    if not np.isfinite(trained.losses[-1]):
        return message("Not finite from step {step} on: nothing was learned.", step=f"{last.step:,}")
    if trained.network.own:
        return fits.fit_words(trained)
    if np.isnan(last.accuracy):
        return message("The line is the network's output at step {step}.", step=f"{last.step:,}")
    return fits.points_right(last.step, last.accuracy)


def statistics_words(trained: Trained) -> Message:
    """What the activations' statistics show."""
    last = trained.last
    worst, most = int(np.argmax(last.saturated)), int(np.argmax(last.dead))
    words = [message("What each hidden layer hands on at step {step}.", step=f"{last.step:,}")]
    if last.saturated[worst] < 0.005:
        return joined(" ", [*words, message("No unit is saturated, none is dead.")])
    share, layer = _percent(last.saturated[worst]), worst + 1
    words.append(message("Saturated (pale): at most {share} (layer {layer}).", share=share, layer=layer))
    if trained.network.activation in ("relu", "leaky_relu"):
        words.append(message("A ReLU's normal state is half."))
    share, layer = _percent(last.dead[most]), most + 1
    dead = message("Dead units (dark): at most {share} (layer {layer}).", share=share, layer=layer)
    return joined(" ", [*words, dead if last.dead[most] > 0 else message("Dead units (dark): none.")])


def layers_table(network: Network, snapshot: Snapshot) -> str:
    """Layer by layer: gradient norms and the activations' statistics, as an HTML table."""
    head = (t("Layer"), "‖∇W‖", "‖∇h‖", t("mean of h"), t("spread of h"), t("dead units"), t("saturated"))
    rows = []
    for at in range(network.depth):
        hidden = at < network.depth - 1
        cells = [t(norm_words(snapshot.weight_gradients[at]))]
        cells += (
            [
                t(norm_words(snapshot.activation_gradients[at])),
                number(float(snapshot.means[at])),
                number(float(snapshot.deviations[at])),
                _percent(snapshot.dead[at]),
                _percent(snapshot.saturated[at]),
            ]
            if hidden
            else [""] * 5
        )
        rows.append((str(at + 1) if hidden else t("{layer} (output)", layer=at + 1), cells))
    return table(head, rows, t("Step {step}", step=f"{snapshot.step:,}"))
