"""A network's training as a PyTorch program that holds its data: the same weights to begin with, the same batches."""

from __future__ import annotations

from textwrap import wrap

import numpy as np

from engine.export.pytorch_script import optimizer_code, scheduler_code
from engine.export.script import INDENT, WIDTH, indented, number
from engine.networks import Network
from engine.networks.initialisation import TINY, TOO_LARGE
from engine.runs.run import Run
from engine.schedules import SCHEDULES

_ACTIVATIONS = {
    "sigmoid": "torch.sigmoid(z)",
    "tanh": "torch.tanh(z)",
    "relu": "torch.relu(z)",
    "leaky_relu": "torch.nn.functional.leaky_relu(z)",
    "gelu": "torch.nn.functional.gelu(z)",
}
_DRAWN = "rng.standard_normal((fan_in, fan_out))"
_FIRST = {
    "zeros": ["return np.zeros((fan_in, fan_out))"],
    "tiny": [f"return {TINY} * {_DRAWN}"],
    "xavier": [f"return np.sqrt(2 / (fan_in + fan_out)) * {_DRAWN}"],
    "he": [f"return np.sqrt(2 / fan_in) * {_DRAWN}"],
    "orthogonal": [
        "q, r = np.linalg.qr(rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out))))",
        "q = q * np.where(np.diag(r) < 0, -1.0, 1.0)",
        "return q if fan_in >= fan_out else q.T",
    ],
    "too_large": [f"return {TOO_LARGE} * np.sqrt(2 / fan_in) * {_DRAWN}"],
}


def network_code(network: Network) -> str:
    """Source that leaves `losses`, a float before each update and after the last: those of `train(network)`.

    Both train in float32 and sum in their own order: they part by rounding, 1e-7 a step, and more where a training is
    chaotic. Raises ValueError with a sentence for a warm-up before the plateau, which torch has no scheduler for.
    """
    run = _run_like(network)
    if SCHEDULES[network.schedule].reacts and network.schedule_knobs["warmup_steps"]:
        raise ValueError("A warm-up before the plateau has no scheduler in torch: no program is written for it.")
    scheduler = scheduler_code(run)
    hidden = f"*[{network.width}] * {network.depth - 1}"
    lines = [
        f'"""{network.depth} layers of {network.width}, trained as on Descent Lab\'s page of networks."""',
        "",
        "import numpy as np",
        "import torch",
        "",
        *_data(network),
        "",
        f"rng = np.random.default_rng({network.seed})",
        "",
        "",
        "def first_weights(fan_in, fan_out):",
        *indented("\n".join(_FIRST[network.initialisation])),
        "",
        "",
        f"sizes = [{network.sizes[0]}, {hidden}, 1]",
        "layers = []",
        "for fan_in, fan_out in zip(sizes, sizes[1:]):",
        f"{INDENT}weights = torch.tensor(first_weights(fan_in, fan_out), dtype=torch.float32, requires_grad=True)",
        f"{INDENT}layers.append((weights, torch.zeros(fan_out, requires_grad=True)))",
        "parameters = [one for layer in layers for one in layer]",
    ]
    if network.batch_norm:
        lines += [
            f"def ones_and_zeros(size={network.width}):",
            f"{INDENT}return torch.ones(size, requires_grad=True), torch.zeros(size, requires_grad=True)",
            "",
            "",
            "scales = [ones_and_zeros() for _ in layers[:-1]]  # of batch normalisation",
            "parameters += [one for pair in scales for one in pair]",
        ]
        at = lines.index(f"def ones_and_zeros(size={network.width}):")
        lines[at:at] = ["", ""]
    lines += ["", "", "def network(x):", *indented("\n".join(_forward(network))), ""]
    loss = "mse_loss" if network.is_regression else "binary_cross_entropy_with_logits"
    lines += [
        "",
        "def loss_fn(rows=slice(None)):",
        f"{INDENT}return torch.nn.functional.{loss}(network(inputs[rows]), targets[rows])",
        "",
        "",
        optimizer_code(run).replace("[w]", "parameters"),
        *scheduler.splitlines(),
        *_batches(network),
        "losses = []",
        f"for step in range({network.steps}):",
        *indented("\n".join(_step(network, bool(scheduler)))),
        "else:",
        f"{INDENT}losses.append(loss_fn().item())",
        'print(f"loss {losses[0]:.4g} at the start, {losses[-1]:.4g} after {len(losses) - 1} steps")',
    ]
    return "\n".join(lines) + "\n"


def _run_like(network: Network) -> Run:
    """A run under the same optimizer and schedule, whose lines are written already."""
    return Run(
        "bowl",
        optimizer=network.optimizer,
        rate=network.rate,
        knobs=network.knobs,
        schedule=network.schedule,
        schedule_knobs=network.schedule_knobs,
        steps=network.steps,
    )


def _data(network: Network) -> list[str]:
    """A visitor's table as it is, and how it is standardised; a prepared set as the network sees it."""
    own = network.own
    inputs, targets = (own.inputs, own.targets) if own else (network.make_data().inputs, network.make_data().targets)
    rows = "".join(f"[{', '.join(map(number, row))}], " for row in inputs.tolist())
    values = ", ".join(map(number, targets.tolist()))
    lines = [f"# {', '.join(own.input_names)}"] if own else []
    lines += ["inputs = np.array([", *_filled(rows), "])"]
    lines += [f"# {own.target_name}"] if own else []
    lines += ["targets = np.array([", *_filled(values), "])"]
    if own and own.standardised:
        lines += _standardised("inputs", own.inputs)
        lines += [] if own.classes else _standardised("targets", own.targets)
    return [
        *lines,
        "inputs, targets = (torch.tensor(one, dtype=torch.float32) for one in (inputs, targets))",
    ]


def _filled(text: str) -> list[str]:
    return indented("\n".join(wrap(text.strip(), WIDTH, break_long_words=False, break_on_hyphens=False)))


def _standardised(name: str, values: np.ndarray) -> list[str]:
    """A column that is the same in all rows becomes zeros."""
    spread = f"{name}.std(axis=0)"
    if not np.all(values.std(axis=0) > 0):
        spread = f"np.where({spread} > 0, {spread}, 1)"
    return [f"{name} = ({name} - {name}.mean(axis=0)) / {spread}"]


def _forward(network: Network) -> list[str]:
    lines = ["for number, (weights, bias) in enumerate(layers[:-1]):", f"{INDENT}z = x @ weights + bias"]
    if network.batch_norm:
        lines += [f"{INDENT}z = torch.nn.functional.batch_norm(z, None, None, *scales[number], training=True)"]
    value = _ACTIVATIONS[network.activation]
    if network.residual:
        scale = "" if network.residual_scale == 1 else f"{number(network.residual_scale)} * "
        lines += [f"{INDENT}f = {value}", f"{INDENT}x = x + {scale}f if number else f"]
    else:
        lines += [f"{INDENT}x = {value}"]
    return [*lines, "weights, bias = layers[-1]", "return (x @ weights + bias)[:, 0]"]


def _batches(network: Network) -> list[str]:
    """The rows of each step: each epoch a new order of all points, its rest dropped."""
    size = network.batch_size
    if size is None:
        return []
    each = network.points // size
    return [
        f"rng, batches = np.random.default_rng({network.seed}), []",
        f"while len(batches) < {network.steps}:",
        f"{INDENT}batches += list(rng.permutation({network.points})[:{each * size}].reshape({each}, {size}))",
    ]


def _step(network: Network, scheduled: bool) -> list[str]:
    lines = [f"loss = loss_fn({'' if network.batch_size is None else 'batches[step]'})", "losses.append(loss.item())"]
    lines += ["if not loss.isfinite():", f"{INDENT}break  # diverged"]
    lines += ["optimizer.zero_grad()", "loss.backward()"]
    if network.clip_value is not None:
        lines += [f"torch.nn.utils.clip_grad_value_(parameters, {number(network.clip_value)})"]
    if network.clip_norm is not None:
        lines += [f"torch.nn.utils.clip_grad_norm_(parameters, {number(network.clip_norm)})"]
    lines += ["optimizer.step()"]
    if scheduled:
        lines += [f"scheduler.step({'loss.item()' if SCHEDULES[network.schedule].reacts else ''})"]
    return lines
