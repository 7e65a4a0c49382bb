r"""Data of a visitor's own: a pasted or uploaded table, and the models of two weights on two of its columns.

from engine.tables import OwnData, own_model, read_table
table = read_table("area;price\n50;120,5\n80;190")
model = own_model(OwnData.of(table, "area", "price"))
"""

from engine.tables.conditioning import condition_numbers, condition_sentence
from engine.tables.data import DATA_PREFIX, LINKED_POINTS, OwnData, data_of
from engine.tables.features import to_learn
from engine.tables.losses import LOSSES
from engine.tables.own import data_on, own_model, with_points
from engine.tables.read import LARGEST_TABLE, read_table
from engine.tables.table import MOST_ROWS, Column, Table

__all__ = [
    "DATA_PREFIX",
    "LARGEST_TABLE",
    "LINKED_POINTS",
    "LOSSES",
    "MOST_ROWS",
    "Column",
    "OwnData",
    "Table",
    "condition_numbers",
    "condition_sentence",
    "data_of",
    "data_on",
    "own_model",
    "read_table",
    "to_learn",
    "with_points",
]
