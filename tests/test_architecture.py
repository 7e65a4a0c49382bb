"""Imports run one way: app -> pages -> ui -> {stage, engine} -> landscapes -> i18n, and app -> live -> engine.

Inside a part they run one way from room to room, nowhere in a circle; rooms and files stay small enough to be read.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What each part may import of ours. A part that is not listed here is none of the product's.
BELOW = {
    "i18n": set(),
    "landscapes": {"i18n"},
    "engine": {"i18n", "landscapes"},
    "stage": set(),
    "live": {"i18n", "engine", "landscapes"},
    "lessons": {"i18n", "engine", "landscapes"},
    "ui": {"i18n", "stage", "lessons", "engine", "landscapes"},
    "pages": {"i18n", "ui", "lessons", "stage", "engine", "landscapes"},
    "app": {"i18n", "pages", "ui", "live", "stage", "lessons", "engine", "landscapes"},
}
# Packages that only some parts may know: the engine never sees a browser, and a page never sees JAX.
ONLY_IN = {
    "babel": {"i18n"},
    "jax": {"landscapes", "engine", "live"},
    "plotly": {"stage", "ui"},
    "prometheus_client": {"live"},
    "segno": {"live"},
    "starlette": {"live", "app"},
    "streamlit": {"stage", "ui", "pages", "app"},
    "torch": set(),
    "optax": set(),
    "scipy": set(),
    "sympy": set(),
    "matplotlib": set(),
}

# The rooms of each part, lowest floor first: a room imports from lower floors alone, what lies in no room from any.
ROOMS = {
    "engine": (
        "basis",
        "optimizers schedules",
        "runs",
        "networks surfaces",
        "tables",
        "sentences",
        "descent",
        "export studies",
        "diagnosis",
    ),
    "live": ("queries pages", "work", "wire", "rooms"),
    "stage/web": ("base", "wire draw input", "map", "surface3d studies panels lecture share"),
    "ui": ("shared", "scene", "stage networks", "learn lecture"),
}
LONGEST = 360
"""Lines of a file of the product."""
LONGER = {
    "landscapes/language/parse.py": "one grammar, read from the top: each rule calls the next",
    "stage/web/picture.js": "still several ideas: the surface, the canvas above it, and the handle",
    "stage/web/stage.js": "still several ideas: what is mounted, what a hand changes, and what is shown of an answer",
}
MOST_FILES = 20
"""Files of code in a folder of the product."""
LARGER = {
    "landscapes": "a registry: one file for each surface, found by its name",
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


@cache
def modules() -> Mapping[str, Path]:
    """Every Python module of the product by its dotted name, a package by its own."""
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in sources()
    }


def modules_imported(source: str, known: Iterable[str]) -> set[str]:
    """The modules that a source imports anywhere in it, for type checkers too: those among `known`.

    `from engine import Run` is of the package, `from engine import warming` of the module.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            found.update(name if name in known else str(node.module) for name in within)
    return found & set(known)


def scripts() -> list[Path]:
    """Every module that the browser runs."""
    return sorted((ROOT / "stage/web").rglob("*.js"))


def scripts_imported(file: Path) -> set[Path]:
    """The modules that a module of the browser imports; what its types are named after is no import."""
    names = re.findall(r'^(?:import|export)\b[^"]*? from "(\.[^"]+)";$', file.read_text(), re.MULTILINE)
    return {(file.parent / name).resolve() for name in names}


@cache
def imports() -> Mapping[Path, frozenset[Path]]:
    """Which files of the product import which."""
    files = modules()
    found = {
        file: frozenset(files[name] for name in modules_imported(file.read_text(), files) if files[name] != file)
        for file in files.values()
    }
    return found | {file: frozenset(scripts_imported(file)) for file in scripts()}


def circles(graph: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """A way round for each node that one is found from first."""
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> Iterator[list[str]]:
        if node in way:
            yield [*way[way.index(node) :], node]
        elif node not in done:
            for other in sorted(graph.get(node, ())):
                yield from walk(other, [*way, node])
            done.add(node)

    for node in sorted(graph):
        yield from walk(node, [])


def test_no_import_comes_back_to_where_it_began():
    """Not even one inside a function, or one that is there for types alone."""
    names = {file: file.relative_to(ROOT).as_posix() for file in imports()}
    assert len(names) > 200
    assert list(circles({names[file]: [names[one] for one in others] for file, others in imports().items()})) == []


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": "b", "b": "c", "c": ""}, []),
        ({"a": "bc", "b": "d", "c": "d", "d": ""}, []),
        ({"a": "b", "b": "c", "c": "b"}, [["b", "c", "b"]]),
        ({"a": "a"}, [["a", "a"]]),
    ],
)
def test_circles_are_found(graph, found):
    assert list(circles(graph)) == found


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from engine import Run, warming", {"engine", "engine.warming"}),
        ("import engine.warming", {"engine.warming"}),
        ("def late():\n    from engine.warming import AHEAD", {"engine.warming"}),
        ("if TYPE_CHECKING:\n    from engine.warming import AHEAD", {"engine.warming"}),
        ("import numpy", set()),
    ],
)
def test_modules_are_told_from_what_they_hold(source: str, names: set[str]):
    assert modules_imported(source, {"engine", "engine.warming"}) == names


def room_of(file: Path, part: str) -> str:
    """The room of a file of that part, "" for one that lies in none."""
    inside = file.relative_to(ROOT / part).parts
    return inside[0] if len(inside) > 1 else ""


@pytest.mark.parametrize("part", ROOMS)
def test_rooms_import_from_lower_floors_alone(part: str):
    floors = {room: floor for floor, rooms in enumerate(ROOMS[part]) for room in rooms.split()}
    here = [file for file in imports() if file.is_relative_to(ROOT / part)]
    assert {room_of(file, part) for file in here} - {""} == floors.keys()
    top = len(ROOMS[part])
    wrong = [
        f"{file.relative_to(ROOT)} -> {other.relative_to(ROOT)}"
        for file in here
        for other in imports()[file] & set(here)
        if (room := room_of(file, part)) and room != (its := room_of(other, part))
        if floors.get(its, top) >= floors[room]
    ]
    assert wrong == []


def product() -> list[Path]:
    """Every file of code of the product."""
    return sorted({*sources(), *scripts(), *(ROOT / "stage").rglob("*.css"), *(ROOT / "ui").rglob("*.css")})


def test_every_file_is_short_enough_to_be_read():
    lengths = {file.relative_to(ROOT).as_posix(): len(file.read_text().splitlines()) for file in product()}
    assert {name for name, length in lengths.items() if length > LONGEST} == set(LONGER)


def test_every_folder_is_small_enough_to_be_read_as_a_list():
    folders: dict[str, int] = {}
    for file in product():
        if file.name != "__init__.py":
            folder = file.parent.relative_to(ROOT).as_posix()
            folders[folder] = folders.get(folder, 0) + 1
    assert {name for name, files in folders.items() if files > MOST_FILES} == set(LARGER)
