"""Two networks side by side, a problem and a remedy: what they are, how they differ, and how they train."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from engine import OPTIMIZERS, SCHEDULES
from engine.networks import (
    ACTIVATIONS,
    DATA_SETS,
    INITIALISATIONS,
    NETWORK_OPTIMIZERS,
    Network,
    Progress,
    Snapshot,
    Trained,
    finish,
    train_stepwise,
)
from engine.networks.training import constant_loss
from engine.numerals import number
from ui.charts import CONFIG
from ui.network_figures import fit, fit_words, heat, heat_words, layers_table, loss_curve, range_of
from ui.network_planes import show_planes
from ui.table import table

SIDES = ("problem", "remedy")
SEEDS = 8
KEPT = 24
"""Trainings a visitor's session remembers."""
MOST_WEIGHTS = 30_000
"""Of a network whose path is kept: four bytes each, sixty times."""
EVERY = 6
"""Recorded steps between two pictures of a training under way."""


@dataclass(frozen=True)
class Pair:
    """A problem, and what repairs it or does not."""

    name: str
    problem: Network
    remedy: Network
    says: str


SIGMOID = Network()
RELU = Network(activation="relu", initialisation="he")
LARGE = replace(RELU, initialisation="too_large")
PAIRS = (
    Pair("Vanishing → ReLU", SIGMOID, RELU, "Activation and scale matter alike: ReLU wants He's weights."),
    Pair("Vanishing → batch norm", SIGMOID, replace(SIGMOID, batch_norm=True), "It repairs, and tilts the other way."),
    Pair("Vanishing → residual", SIGMOID, replace(SIGMOID, residual=True), "It opens a path for the gradient."),
    Pair("Vanishing → Adam?", SIGMOID, replace(SIGMOID, optimizer="adam", rate=0.01), "Adam does not cure it."),
    Pair("Exploding → He weights", LARGE, RELU, "Twice He's scale, 20 layers deep. He cures."),
    Pair("Exploding → clipping", LARGE, replace(LARGE, clip_norm=1.0), "Clipping bounds the step; it does not cure."),
    Pair("Exploding → lower rate", LARGE, replace(LARGE, rate=1e-6), "It takes a rate 100,000 times lower."),
    Pair("Too high a rate", replace(RELU, rate=1.0), RELU, "The gradients are sound here: the steps are too long."),
)
_WORDS = {
    "data": "data",
    "depth": "layers",
    "width": "width",
    "activation": "activation",
    "initialisation": "initialisation",
    "batch_norm": "batch normalisation",
    "residual": "residual connections",
    "residual_scale": "scale of the residual branch",
    "clip_norm": "clipping by norm",
    "clip_value": "clipping by value",
    "rate": "learning rate",
    "schedule": "schedule",
    "optimizer": "optimizer",
    "steps": "steps",
    "points": "points",
    "noise": "noise of the data",
    "seed": "seed",
}
_POINTS = (100, 200, 400)
"""Each number of points is a program of its own."""


def pair() -> dict[str, Network]:
    """The two networks of this session."""
    return st.session_state.setdefault("networks", {"problem": PAIRS[0].problem, "remedy": PAIRS[0].remedy})


def pick_pair() -> None:
    """The document's challenges, each with a remedy, as buttons."""
    st.pills(
        "A problem and a remedy",
        range(len(PAIRS)),
        key="pick_pair",
        format_func=lambda at: PAIRS[at].name,
        on_change=_take,
    )
    now = pair()
    known = next((one for one in PAIRS if (one.problem, one.remedy) == (now["problem"], now["remedy"])), None)
    st.html(f'<p class="aside">{escape(_difference(now))} {escape(known.says) if known else ""}</p>')


def _take() -> None:
    at = st.session_state["pick_pair"]
    if at is None:
        return
    st.session_state["networks"] = {"problem": PAIRS[at].problem, "remedy": PAIRS[at].remedy}
    for side, network in st.session_state["networks"].items():
        _seed_widgets(side, network)


def _difference(now: dict[str, Network]) -> str:
    one, other = now["problem"], now["remedy"]
    parts = [
        f"{_WORDS[item.name]} {_shown(getattr(one, item.name))} → {_shown(getattr(other, item.name))}"
        for item in fields(Network)
        if item.name in _WORDS and getattr(one, item.name) != getattr(other, item.name)
    ]
    return f"They differ in {'; '.join(parts)}." if parts else "They do not differ."


def _shown(value: Any) -> str:
    if value is None or value is False:
        return "off"
    if value is True:
        return "on"
    return number(value) if isinstance(value, float) else str(value).replace("_", " ")


def _seed_widgets(side: str, network: Network) -> None:
    for item in fields(Network):
        if item.name in _WORDS:
            st.session_state[f"net_{side}_{item.name}"] = getattr(network, item.name)


def pick_network(side: str) -> None:
    """Every switch and slider of one side."""
    network = pair()[side]
    _seed_widgets(side, network)
    menus = {
        "data": list(DATA_SETS),
        "activation": list(ACTIVATIONS),
        "initialisation": list(INITIALISATIONS),
        "optimizer": list(NETWORK_OPTIMIZERS),
        "schedule": list(SCHEDULES),
        "points": list(_POINTS),
    }
    numbers: dict[str, dict[str, Any]] = {
        "rate": {"min_value": 1e-9, "format": "%g", "step": 0.01},
        "steps": {"min_value": 1, "max_value": 5_000, "step": 100},
        "clip_norm": {"min_value": 1e-9, "value": None, "format": "%g", "placeholder": "off"},
        "clip_value": {"min_value": 1e-9, "value": None, "format": "%g", "placeholder": "off"},
        "residual_scale": {"min_value": 0.0, "max_value": 10.0, "step": 0.1},
        "noise": {"min_value": 0.0, "max_value": 2.0, "step": 0.05},
        "seed": {"min_value": 0, "max_value": 2**32 - 1, "step": 1},
    }
    sliders = {"depth": (2, 50), "width": (2, 128)}
    with st.expander(f"Settings of the {side}", key=f"net_{side}", on_change="rerun") as fold:
        if not fold.open:
            return
        columns = st.columns(3)
        for place, name in enumerate(_WORDS):
            told = {"key": f"net_{side}_{name}", "on_change": _change, "args": (side, name)}
            label = _WORDS[name].capitalize()
            with columns[place % 3]:
                if name in menus:
                    st.selectbox(label, menus[name], format_func=_name, **told)
                elif name in sliders:
                    st.slider(label, *sliders[name], **told)
                elif name in numbers:
                    st.number_input(label, **{**numbers[name], **told})
                else:
                    st.checkbox(label, **told)


def _name(key: Any) -> str:
    known = OPTIMIZERS.get(key) or SCHEDULES.get(key)
    return known.name if known else str(key).replace("_", " ")


def _change(side: str, name: str) -> None:
    value = st.session_state[f"net_{side}_{name}"]
    try:
        changed = replace(pair()[side], **{name: value, **({"knobs": {}} if name == "optimizer" else {})})
        if name == "schedule":
            changed = replace(changed, schedule_knobs={})
    except ValueError as fault:
        st.session_state["notices"] = [str(fault)]
        return
    st.session_state["networks"] = {**pair(), side: changed}


def train_both() -> None:
    """Train what is not trained yet, both at once, and show each as it grows; then the spread over seeds on request."""
    networks = pair()
    places = dict(zip(SIDES, st.columns(2, gap="large"), strict=True))
    frames = {}
    for side, column in places.items():
        with column:
            st.html(f'<h2 class="net">{side.capitalize()}: {escape(_title(networks[side]))}</h2>')
            frames[side] = st.empty()
    missing = {side: network for side, network in networks.items() if _known(network) is None}
    done = {side: told for side, network in networks.items() if (told := _known(network)) is not None}
    if missing:
        bar = st.progress(0.0, text="Compiling, then training: both at once. Any click stops it.")
        seen: dict[str, list[Progress]] = {side: [] for side in missing}
        for count, _ in enumerate(_together(missing, seen)):
            shares = [seen[side][-1].snapshot.step / missing[side].steps if seen[side] else 0.0 for side in missing]
            bar.progress(min(1.0, sum(shares) / len(shares)), text="Training. Any click stops it.")
            if count % EVERY == 0:
                growing = {side: [one.snapshot for one in steps] for side, steps in seen.items() if steps}
                _paint(frames, growing, {side: steps[-1].losses for side, steps in seen.items() if steps}, done)
        for side, network in missing.items():
            done[side] = finish(network, iter(seen[side]), keep_weights=_small(network))
            _keep(done[side])
        bar.empty()
    for side, frame in frames.items():
        with frame.container():
            _finished(side, done[side], range_of([one.snapshots for one in done.values()]))
    _spread(networks)


def _together(networks: dict[str, Network], seen: dict[str, list[Progress]]) -> Iterator[None]:
    """Advance every training by a recorded step in turn, until all have ended."""
    running = {side: train_stepwise(network) for side, network in networks.items()}
    while running:
        for side in list(running):
            step = next(running[side], None)
            if step is None:
                del running[side]
            else:
                seen[side].append(step)
                yield


def _paint(
    frames: dict[str, Any], growing: dict[str, list[Snapshot]], losses: dict[str, Any], done: dict[str, Trained]
) -> None:
    shared = range_of([*growing.values(), *(one.snapshots for one in done.values())])
    for side, snapshots in growing.items():
        with frames[side].container():
            st.plotly_chart(heat(snapshots, shared), key=f"growing_{side}_{len(snapshots)}", config=CONFIG)
            st.html(f'<p class="aside">{escape(heat_words(snapshots))}</p>')
            constant = constant_loss(pair()[side].make_data())
            curve = loss_curve(np.asarray(losses[side]), constant)
            st.plotly_chart(curve, key=f"growing_loss_{side}_{len(snapshots)}", config=CONFIG)


def _finished(side: str, trained: Trained, shared: tuple[float, float]) -> None:
    verdict = trained.verdict
    state = "well" if verdict.kind == "healthy" else "ill"
    kind = verdict.kind.replace("rate_too_high", "rate too high").capitalize()
    st.html(f'<p class="doctor {state}"><b>{kind}</b> {escape(verdict.sentence)}</p>')
    st.plotly_chart(heat(trained.snapshots, shared), key=f"heat_{side}", config=CONFIG)
    st.html(f'<p class="aside">{escape(heat_words(trained.snapshots))}</p>')
    others = [one.losses for one in _other_seeds(trained.network)]
    curve = loss_curve(trained.losses, constant_loss(trained.data), [trained.losses, *others] if others else ())
    st.plotly_chart(curve, key=f"loss_{side}", config=CONFIG)
    st.plotly_chart(fit(trained), key=f"fit_{side}", config=CONFIG)
    st.html(f'<p class="aside">{escape(fit_words(trained))}</p>')
    show_planes(side, trained)
    with st.expander("Layer by layer, at the start and at the end"):
        st.html(layers_table(trained.network, trained.snapshots[0]) + layers_table(trained.network, trained.last))


def _spread(networks: dict[str, Network]) -> None:
    """The same over eight seeds, so that no claim hangs on one draw."""
    if all(len(_other_seeds(network)) == SEEDS - 1 for network in networks.values()):
        rows = [(side.capitalize(), _cells([_known(networks[side]), *_other_seeds(networks[side])])) for side in SIDES]
        head = ("", "verdicts", "W at the start", "A at the start", "accuracy")
        st.html(table(head, rows, f"Over {SEEDS} seeds: middle [lowest, highest]"))
        return
    if st.button(f"Train {SEEDS} seeds of both", key="net_seeds", icon=":material/casino:"):
        todo = [other for network in networks.values() for other in _seeded(network)]
        bar = st.progress(0.0, text="Training the other seeds. Any click stops it; what is done is kept.")
        for count, network in enumerate(todo, 1):
            if _known(network) is None:
                _keep(finish(network, train_stepwise(network)))
            bar.progress(count / len(todo), text=f"{count} of {len(todo)} trained. Any click stops it.")
        st.rerun(scope="fragment")


def _cells(trained: list[Trained | None]) -> list[str]:
    told = [one for one in trained if one is not None]
    kinds = [one.verdict.kind.replace("_", " ") for one in told]
    ratios = [[getattr(one.snapshots[0], name) for one in told] for name in ("weight_ratio", "activation_ratio")]
    spreads = [_middle(np.array(values)) for values in (*ratios, [one.last.accuracy for one in told])]
    return [", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)), *spreads]


def _middle(values: np.ndarray) -> str:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return "none"
    middle, low, high = (number(float(at(finite))) for at in (np.median, np.min, np.max))
    return f"{middle} [{low}, {high}]"


def _small(network: Network) -> bool:
    """Whether the weights of all its recorded steps fit a visitor's session: some 5 MB."""
    hidden, width = network.bucket
    return hidden * width * width <= MOST_WEIGHTS


def _title(network: Network) -> str:
    extras = [name for name, on in (("batch norm", network.batch_norm), ("residual", network.residual)) if on]
    clip = ["clipped"] if network.clip_norm or network.clip_value else []
    return ", ".join(
        [
            f"{network.depth} layers of {network.width}",
            _name(network.activation),
            _name(network.initialisation),
            *extras,
            *clip,
        ]
    )


def _known(network: Network) -> Trained | None:
    return st.session_state.setdefault("networks_trained", {}).get(str(network))


def _other_seeds(network: Network) -> list[Trained]:
    return [told for other in _seeded(network) if (told := _known(other)) is not None]


def _seeded(network: Network) -> list[Network]:
    """The same network, drawn anew."""
    return [replace(network, seed=(network.seed + more) % 2**32) for more in range(1, SEEDS)]


def _keep(trained: Trained) -> None:
    memory = st.session_state.setdefault("networks_trained", {})
    memory[str(trained.network)] = trained
    while len(memory) > KEPT:
        memory.pop(next(iter(memory)))
