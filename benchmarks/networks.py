"""Networks: what a training and a slice of a loss cost, beside torch doing the same training."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch

from benchmarks.clock import Contender, race
from benchmarks.row import Row
from engine.networks import Network, loss_on_plane, random_plane, train

TOPIC = "Networks"
ROUNDS = 5
SMALL = Network(depth=3, width=16, activation="tanh", points=512, steps=1_000, optimizer="adam", rate=0.01)
DEEP = Network(depth=20, width=32, activation="relu", initialisation="he", steps=500)


def rows() -> Iterator[Row]:
    """Two trainings and a slice, warm; torch's training of the small one in the same run."""
    trained = train(SMALL)
    train(DEEP)
    plane = random_plane(SMALL, np.asarray(trained.weights, dtype=np.float64))
    window = ((-1.0, 1.0), (-1.0, 1.0))
    loss_on_plane(SMALL, plane, window, 64)
    times = race(
        {
            "small": Contender(partial(train, SMALL), 1),
            "deep": Contender(partial(train, DEEP), 1),
            "slice": Contender(partial(loss_on_plane, SMALL, plane, window, 64), 1),
            "torch": Contender(by_torch, 1),
        },
        ROUNDS,
    )
    yield Row.median(TOPIC, "2-16-16-1, 512 points, 1,000 Adam steps, 57 measured", times["small"], at_most=0.15)
    yield Row.median(TOPIC, "the same training in torch, nothing measured", times["torch"])
    yield Row.median(TOPIC, "20 layers of 32, 200 points, 500 steps", times["deep"], at_most=1.5)
    yield Row.median(TOPIC, "loss on 64 x 64 points of a plane, in float64", times["slice"], at_most=0.2)


def by_torch() -> None:
    """Torch's training of the small network, in float32 on all points."""
    data = SMALL.make_data()
    inputs = torch.tensor(np.asarray(data.inputs), dtype=torch.float32)
    targets = torch.tensor(np.asarray(data.targets), dtype=torch.float32)
    layers: list[torch.nn.Module] = []
    for fan_in, fan_out in zip(SMALL.sizes[:-1], SMALL.sizes[1:], strict=True):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=SMALL.rate)
    for _ in range(SMALL.steps):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(model(inputs)[:, 0], targets).backward()
        optimizer.step()
