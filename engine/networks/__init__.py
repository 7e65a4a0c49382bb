"""The gradient laboratory: small networks trained in sight, and what their gradients do on the way back.

from engine.networks import Network, train
trained = train(Network(activation="relu", initialisation="he"))
print(trained.verdict.sentence)
"""

import landscapes  # noqa: F401, I001  (first: it sets JAX to float64 and its one flag for speed)

from engine.networks.activations import ACTIVATIONS
from engine.networks.data import DATA_SETS, Data, make_data
from engine.networks.initialisation import INITIALISATIONS
from engine.networks.network import NETWORK_OPTIMIZERS, Network
from engine.networks.own_data import MOST_INPUTS, OwnTable, hold, table_named, table_of
from engine.networks.parameters import Layer, initial_layers
from engine.networks.planes import PLANES, WINDOWS, Sight, is_small, lay, plane_of, sight_of, text_of
from engine.networks.sharpness import RADII, rise_around
from engine.networks.slices import (
    Plane,
    filter_normalised,
    interpolation,
    loss_on_plane,
    losses_at,
    path_plane,
    random_plane,
)
from engine.networks.text import USUAL, names_of, parted, plain_setting, settings_of, with_setting, written
from engine.networks.measuring import Snapshot, measure
from engine.networks.parameters import layers_of
from engine.networks.prediction import predict
from engine.networks.steps import recorded_steps
from engine.networks.training import Progress, Trained, finish, train, train_seeds, train_stepwise, warm_up
from engine.networks.two_weights import (
    MODEL_PREFIX,
    MODELS,
    TwoWeights,
    linear_regression,
    logistic_regression,
    model_of,
    model_on,
    tanh_unit,
)
from engine.networks.verdict import VERDICTS, Verdict, judge
from engine.networks.verdict_words import FLOOR, norm_words, ratio_words

__all__ = [
    "ACTIVATIONS",
    "DATA_SETS",
    "FLOOR",
    "INITIALISATIONS",
    "MODELS",
    "MODEL_PREFIX",
    "MOST_INPUTS",
    "NETWORK_OPTIMIZERS",
    "PLANES",
    "RADII",
    "USUAL",
    "VERDICTS",
    "WINDOWS",
    "Data",
    "Layer",
    "Network",
    "OwnTable",
    "Plane",
    "Progress",
    "Sight",
    "Snapshot",
    "Trained",
    "TwoWeights",
    "Verdict",
    "filter_normalised",
    "finish",
    "hold",
    "initial_layers",
    "interpolation",
    "is_small",
    "judge",
    "lay",
    "layers_of",
    "linear_regression",
    "logistic_regression",
    "loss_on_plane",
    "losses_at",
    "make_data",
    "measure",
    "model_of",
    "model_on",
    "names_of",
    "norm_words",
    "parted",
    "path_plane",
    "plain_setting",
    "plane_of",
    "predict",
    "random_plane",
    "ratio_words",
    "recorded_steps",
    "rise_around",
    "settings_of",
    "sight_of",
    "table_named",
    "table_of",
    "tanh_unit",
    "text_of",
    "train",
    "train_seeds",
    "train_stepwise",
    "warm_up",
    "with_setting",
    "written",
]
