"""Imports run one way: app -> pages -> ui -> {stage, engine} -> landscapes, and app -> live -> engine."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What each part may import of ours. A part that is not listed here is none of the product's.
BELOW = {
    "landscapes": set(),
    "engine": {"landscapes"},
    "stage": set(),
    "live": {"engine", "landscapes"},
    "lessons": {"engine", "landscapes"},
    "ui": {"stage", "lessons", "engine", "landscapes"},
    "pages": {"ui", "lessons", "stage", "engine", "landscapes"},
    "app": {"pages", "ui", "live", "stage", "lessons", "engine", "landscapes"},
}
# Packages that only some parts may know: the engine never sees a browser, and a page never sees JAX.
ONLY_IN = {
    "jax": {"landscapes", "engine", "live"},
    "plotly": {"stage", "ui"},
    "starlette": {"live", "app"},
    "streamlit": {"stage", "ui", "pages", "app"},
    "torch": set(),
    "optax": set(),
    "scipy": set(),
    "sympy": set(),
    "matplotlib": set(),
}


def part_of(file: Path) -> str:
    """`engine` for engine/runs/run.py, `app` for app.py."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    """Every Python file of the product."""
    folders = [ROOT / part for part in BELOW if (ROOT / part).is_dir()]
    return [*sorted(file for folder in folders for file in folder.rglob("*.py")), *ROOT.glob("app.py")]


def imported(source: str) -> set[str]:
    """Top-level packages that a source imports anywhere in it, but for those it names for type checkers alone."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            node.body = []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add("." if node.level else str(node.module).split(".")[0])
    return names


@pytest.mark.parametrize("file", sources(), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_run_one_way(file: Path):
    part = part_of(file)
    names = imported(file.read_text())
    assert "." not in names, "name the package: relative imports hide which way they go"
    assert (names & BELOW.keys()) - {part} <= BELOW[part]
    assert {name for name in names & ONLY_IN.keys() if part not in ONLY_IN[name]} == set()


def test_the_parts_that_everything_rests_on_were_looked_at():
    assert {"landscapes", "engine", "live", "app"} <= {part_of(file) for file in sources()}


def test_no_part_reaches_itself_through_the_others():
    """Of the table above, not of the code: a table with a circle would allow one."""
    for part in BELOW:
        reached, ahead = set(), set(BELOW[part])
        while ahead:
            reached |= ahead
            ahead = {below for one in ahead for below in BELOW[one]} - reached
        assert part not in reached


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import jax.numpy as jnp", {"jax"}),
        ("from engine.runs.run import Run\nimport live", {"engine", "live"}),
        ("def late():\n    from stage import assets", {"stage"}),
        ("from . import sibling", {"."}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import streamlit", {"typing"}),
    ],
)
def test_the_reader_of_imports_sees_them(source: str, names: set[str]):
    assert imported(source) == names
