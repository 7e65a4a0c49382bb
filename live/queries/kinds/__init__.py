"""The kinds of query: one file each, found by its name."""

from engine.basis.registry import Registry, records_in
from live.queries.query import Kind

KINDS: Registry[Kind] = Registry("kind of question", records_in(__name__, __path__, first=("runs",)))
