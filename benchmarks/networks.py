"""Networks: what a training costs, warm and for the first time, and what it costs somebody else's drag."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import jax
import numpy as np
import torch
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.clock import Contender, race
from benchmarks.drags import Drag
from benchmarks.live import two_cores, warm
from benchmarks.row import Row
from engine.networks import Network, loss_on_plane, random_plane, train, train_stepwise
from tests.server import ROOT, UVICORN, running

TOPIC = "Networks"
ROUNDS = 5
FIRST_ROUNDS = 3
SMALL = Network(depth=3, width=16, activation="tanh", points=512, steps=1_000, optimizer="adam", rate=0.01)
DEEP = Network(depth=20, width=32, activation="relu", initialisation="he", steps=500)
DRAG = Drag(clients=1, moves_per_second=30, seconds=12, optimizers=("adam",), steps=500)


def rows() -> Iterator[Row]:
    """Two trainings and a slice, warm, beside torch in the same run; the first time; a drag beside trainings."""
    trained = train(SMALL)
    train(DEEP)
    plane = random_plane(SMALL, np.asarray(trained.weights, dtype=np.float64))
    window = ((-1.0, 1.0), (-1.0, 1.0))
    loss_on_plane(SMALL, plane, window, 64)
    times = race(
        {
            "small": Contender(partial(train, SMALL), 1),
            "torch": Contender(partial(by_torch, SMALL), 1),
            "deep": Contender(partial(train, DEEP), 1),
            "torch, deep": Contender(partial(by_torch, DEEP), 1),
            "slice": Contender(partial(loss_on_plane, SMALL, plane, window, 64), 1),
        },
        ROUNDS,
    )
    yield Row.median(TOPIC, "2-16-16-1, 512 points, 1,000 Adam steps, 57 measured", times["small"], at_most=0.15)
    yield Row.median(TOPIC, "the same training in torch, nothing measured", times["torch"])
    yield Row.median(TOPIC, "20 layers of 32, 200 points, 500 steps, 57 measured", times["deep"], at_most=1.5)
    yield Row.median(TOPIC, "the same training in torch, nothing measured", times["torch, deep"])
    yield Row.median(TOPIC, "loss on 64 x 64 points of a plane, in float64", times["slice"], at_most=0.2)
    for name, network in (("2-16-16-1", "SMALL"), ("20 layers of 32", "DEEP")):
        told = [_first_time(network) for _ in range(FIRST_ROUNDS)]
        what = f"{name} for the first time, compiled: first picture"
        yield Row.median(TOPIC, what, [one["first"] for one in told], at_most=2.0)
        yield Row.median(TOPIC, "its whole training, shown", [one["whole"] for one in told])
    yield _drag_beside_trainings()


def _first_time(network: str) -> dict[str, float]:
    """Seconds in a fresh process, without kept programs, after JAX itself has started."""
    command = [sys.executable, "-c", f"from benchmarks import networks as n; n.print_first_time(n.{network})"]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def print_first_time(network: Network) -> None:
    """What `_first_time` reads."""
    jax.jit(jax.numpy.sin)(1.0).block_until_ready()
    begun = time.perf_counter()
    stream = train_stepwise(network)
    next(stream)
    first = time.perf_counter() - begun
    for _ in stream:
        pass
    print(json.dumps({"first": first, "whole": time.perf_counter() - begun}))


def _drag_beside_trainings() -> Row:
    """p95 of a drag while another visitor's page trains a pair and then fourteen other seeds, again and again."""
    with two_cores(), tempfile.TemporaryDirectory() as folder:
        private = {"DESCENT_LAB_CACHE": str(Path(folder) / "programs"), "DESCENT_LAB_WARM_UP": "opening"}
        with running(Path(folder) / "log.txt", UVICORN, environment=private) as server:
            warm(server.port)
            _open_networks(server.port, 6)  # compiled: what a training costs, and not what compiling does
            command = [sys.executable, "-m", "benchmarks.drags", str(server.port), DRAG.text]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as hand:
                pictures = _open_networks(server.port, DRAG.seconds + 1)
                told = json.loads(hand.communicate(timeout=60)[0])
    delays = sorted(told["delays"])
    note = f"p50 {delays[len(delays) // 2] * 1e3:.1f} ms; {pictures} messages of the trainings meanwhile"
    return Row(TOPIC, "a drag beside them, p95", delays[len(delays) * 95 // 100], at_most=0.06, note=note)


def _open_networks(port: int, seconds: float) -> int:
    """Be a visitor of that page, without a browser that would take the server's cores; how many messages came."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # pyright: ignore[reportArgumentType]
            ask = BackMsg()
            ask.rerun_script.page_name = "networks"
            socket.send(ask.SerializeToString())
            count += _messages(socket, end)
    return count


def _messages(socket: ClientConnection, end: float) -> int:
    """Listen until all seeds are trained, or the time is over."""
    count = 0
    while (left := end - time.monotonic()) > 0:
        try:
            message = ForwardMsg.FromString(socket.recv(timeout=left, decode=False))
        except TimeoutError:
            break
        count += 1
        if "eight seeds of each" in message.delta.new_element.html.body:
            break
    return count


def by_torch(network: Network) -> None:
    """Torch's training of a network, in float32 on all points, in one thread: for layers this small more are slower."""
    torch.set_num_threads(1)
    data = network.make_data()
    inputs = torch.tensor(np.asarray(data.inputs), dtype=torch.float32)
    targets = torch.tensor(np.asarray(data.targets), dtype=torch.float32)
    activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[network.activation]
    layers: list[torch.nn.Module] = []
    for fan_in, fan_out in zip(network.sizes[:-1], network.sizes[1:], strict=True):
        layers += [torch.nn.Linear(fan_in, fan_out), activation()]
    model = torch.nn.Sequential(*layers[:-1])
    rule = {"adam": torch.optim.Adam, "gradient_descent": torch.optim.SGD}[network.optimizer]
    optimizer = rule(model.parameters(), lr=network.rate)
    for _ in range(network.steps):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(model(inputs)[:, 0], targets).backward()
        optimizer.step()
