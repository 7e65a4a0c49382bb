"""A network's program, run by torch: it holds the data, begins with the same weights and walks the same losses."""

import contextlib
import io

import numpy as np
import pytest

from engine.export import network_code
from engine.networks import Network, train
from tests.engine.test_networks import SMALL
from tests.engine.test_own_networks import learned

TABLES = {"inputs": 3}, {"inputs": 4, "classes": False}, {"inputs": 3, "classes": False, "standardised": False}
SETTINGS = [
    {"optimizer": "adam", "rate": 0.01, "batch_norm": True, "initialisation": "he"},
    {"rate": 1e-5, "initialisation": "orthogonal", "activation": "gelu"},
    {"optimizer": "momentum", "rate": 0.03, "batch_size": 7, "residual": True, "residual_scale": 0.7},
    {"rate": 0.1, "clip_norm": 0.05, "clip_value": 0.01, "schedule": "cosine", "schedule_knobs": {"t_max": 20}},
    {"optimizer": "rmsprop", "rate": 0.003, "schedule": "step", "schedule_knobs": {"warmup_steps": 5}, "seed": 9},
    {"rate": 1.0, "schedule": "plateau", "schedule_knobs": {"patience": 1, "factor": 0.5}, "initialisation": "tiny"},
]


def executed(code):
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "<exported>", "exec"), names)
    assert printed.getvalue().startswith("loss ")
    return names


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_program_trains_as_the_page_does(settings):
    """Twenty steps, to the tolerance of `test_training_is_torchs`: each side sums in its own order in float32."""
    for table in TABLES[:1] if settings["rate"] > 1e-4 else TABLES[1:]:
        own = learned(**table)
        network = Network(own.name, **{"depth": 3, "width": 6, "activation": "tanh", "steps": 20, **settings})
        names = executed(network_code(network))
        np.testing.assert_allclose(names["inputs"].numpy(), own.data.inputs, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(names["targets"].numpy(), own.data.targets, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(names["losses"], train(network).losses, rtol=3e-4)


def test_a_prepared_set_is_held_too_and_a_training_that_breaks_off_ends_where_ours_does():
    names = executed(network_code(SMALL))
    np.testing.assert_allclose(names["losses"], train(SMALL).losses, rtol=3e-4)
    broken = Network("regression_1d", depth=5, width=12, points=60, activation="relu", rate=1e3, steps=20)
    losses = executed(network_code(broken))["losses"]
    assert not np.isfinite(losses[-1])
    assert len(losses) == len(train(broken).losses) < 20
    with pytest.raises(ValueError, match="no scheduler in torch"):
        network_code(Network(schedule="plateau", schedule_knobs={"warmup_steps": 3}))
