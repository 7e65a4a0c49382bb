"""Do the tests notice a wrong product? A random sample of one-line changes, each run against its module's own tests.

    make mutants                                  # 200 changes, seed 20261129
    python -m tests.mutants --count 50 --seed 7   # another sample; --list only shows it

The changes are cosmic-ray's: numbers, comparisons, operators, booleans, loops, exceptions. Each is made in a copy of
the tree. A module's own tests are the files that import what it defines or, where none does, what its importers define;
those that drive a browser are left out. A change is noticed when one of them fails or runs out of time.
"""

import argparse
import ast
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from pathlib import Path
from queue import Queue

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parent.parent
ROOMS = ("engine", "live", "ui", "landscapes")
REGISTERED = {
    "engine/optimizers": (
        "tests/engine/test_torch.py",
        "tests/engine/test_beyond_torch.py",
        "tests/engine/test_export.py",
    ),
    "engine/schedules": ("tests/engine/test_torch.py", "tests/engine/test_torch_knobs.py"),
    "landscapes": ("tests/landscapes", "tests/engine/test_scenarios.py"),
    "live": ("tests/live",),
    "ui/learn": ("tests/test_lessons.py", "tests/test_challenges.py", "tests/ui"),
    "ui": ("tests/ui/test_pages.py", "tests/test_app.py"),
    "engine": ("tests/engine/test_registries.py", "tests/engine/test_run.py"),
}
"""The tests of modules that no other of these rooms imports: a registry finds them, or the app starts them. A folder
without an entry has that of the one above."""
MOST_FILES = 8
"""Test files that a change is run against."""
PATIENCE = 300.0
"""Seconds a change's tests may take: an endless loop is noticed too."""


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: Path
    """Relative to the root."""
    operator: str
    occurrence: int
    text: str
    """The module as it then is."""

    @property
    def change(self) -> str:
        """The lines that differ, as in a patch."""
        lines = unified_diff((ROOT / self.module).read_text().splitlines(), self.text.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def mutants(module: Path) -> Iterator[tuple[str, int]]:
    """Every (operator, occurrence) that cosmic-ray knows for a module."""
    tree = get_ast((ROOT / module).read_text())
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments():
            continue
        count = sum(1 for node in ast_nodes(tree) for _ in operator().mutation_positions(node))
        yield from ((name, occurrence) for occurrence in range(count))


def sample(count: int, seed: int) -> list[Mutant]:
    """A uniform sample of all changes that change what the program does."""
    every = [(module, *one) for module in _modules() for one in mutants(module)]
    random.Random(seed).shuffle(every)
    chosen = []
    for module, operator, occurrence in every:
        before = (ROOT / module).read_text()
        after = mutate_code(before, get_operator(operator)(), occurrence)
        if after is not None and _meaning(after) not in (None, _meaning(before)):
            chosen.append(Mutant(module, operator, occurrence, after))
        if len(chosen) == count:
            break
    return chosen


class _Bare(ast.NodeTransformer):
    """Takes annotations away, which are strings here and do nothing."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant("")
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return ast.Pass()
        self.generic_visit(node)
        return node


def _meaning(text: str) -> str | None:
    try:
        return ast.dump(_Bare().visit(ast.parse(text)))
    except SyntaxError:
        return None


@cache
def own_tests(module: Path) -> tuple[str, ...]:
    """The test files that import what a module defines; where none does, those of the modules that import it."""
    level, seen = {module}, {module}
    while level:
        named = [file for file in _tests() if level & imported(file)]
        if named:
            return tuple(str(file) for file in sorted(named, key=lambda file: _likeness(module, file))[:MOST_FILES])
        level = {other for other in _modules() if level & imported(other)} - seen
        seen |= level
    return next(REGISTERED[str(folder)] for folder in module.parents if str(folder) in REGISTERED)


def _likeness(module: Path, file: Path) -> tuple[bool, int]:
    """Sorts files that are named as the module first, then those that import little besides."""
    return (file.stem != f"test_{module.stem}", len(imported(file)))


@cache
def _modules() -> tuple[Path, ...]:
    return tuple(sorted(file.relative_to(ROOT) for room in ROOMS for file in (ROOT / room).rglob("*.py")))


@cache
def _tests() -> tuple[Path, ...]:
    folders = [ROOT / "tests" / room for room in (*ROOMS, "stage")]
    return tuple(file.relative_to(ROOT) for folder in folders for file in sorted(folder.glob("test_*.py")))


@cache
def imported(file: Path) -> frozenset[Path]:
    """The modules of ours that a file imports from, a package's names followed to where they are defined."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ROOMS:
            for alias in node.names:
                found |= _home(node.module, alias.name)
    return frozenset(found)


@cache
def _home(dotted: str, name: str) -> frozenset[Path]:
    """Where `name` of the module `dotted` is defined; nothing for what is not ours."""
    place = Path(*dotted.split("."))
    for module in (place / f"{name}.py", place / name / "__init__.py"):
        if (ROOT / module).exists():
            return frozenset({module})
    if (ROOT / place).with_suffix(".py").exists():
        return frozenset({place.with_suffix(".py")})
    package = place / "__init__.py"
    for node in ast.parse((ROOT / package).read_text()).body if (ROOT / package).exists() else ():
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _home(node.module, alias.name)
    return frozenset({package}) if (ROOT / package).exists() else frozenset()


def noticed(mutant: Mutant, tree: Path) -> tuple[bool, float]:
    """Whether the change's tests fail on it in a copy of the tree, and the seconds it took."""
    place = tree / mutant.module
    before = place.read_text()
    began = time.monotonic()
    try:
        place.write_text(mutant.text)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *own_tests(mutant.module)]
        done = subprocess.run(command, cwd=tree, timeout=PATIENCE, capture_output=True, check=False)
        return done.returncode != 0, time.monotonic() - began
    except subprocess.TimeoutExpired:
        return True, PATIENCE
    finally:
        place.write_text(before)


def main() -> int:
    """Print each change with what became of it, and the share that was noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="show the sample and the tests, run nothing")
    asked = parser.parse_args()
    chosen = sample(asked.count, asked.seed)
    if asked.list:
        for mutant in chosen:
            print(mutant.module, mutant.operator, *own_tests(mutant.module), mutant.change, sep="\n  ")  # noqa: T201
        return 0
    trees: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory() as folder:
        for worker in range(asked.workers):
            tree = Path(folder) / str(worker)
            shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".venv", ".git", "__pycache__", "test-results"))
            trees.put(tree)

        def run(mutant: Mutant) -> tuple[bool, float]:
            tree = trees.get()
            try:
                return noticed(mutant, tree)
            finally:
                trees.put(tree)

        found = 0
        with ThreadPoolExecutor(asked.workers) as pool:
            for done, (mutant, (seen, seconds)) in enumerate(zip(chosen, pool.map(run, chosen), strict=True), 1):
                found += seen
                word = "noticed" if seen else "NOT NOTICED"
                print(f"{done:4} {word} {seconds:5.0f} s {mutant.module} {mutant.operator}", flush=True)  # noqa: T201
                if not seen:
                    print(mutant.change, flush=True)  # noqa: T201
    print(f"{found} of {len(chosen)} noticed ({found / len(chosen):.0%}), seed {asked.seed}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
