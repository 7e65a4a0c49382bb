"""One notation: Python and JavaScript write every number to the same letter."""

import ast
import json
import math
import random
import re
import struct
import subprocess
from collections.abc import Iterable
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from engine.basis.numerals import compared, count, digits_apart, number, point, short
from stage import assets
from tests.texts import read

ROOT = Path(__file__).parents[2]
DIGITS = (1, 2, 3, 4, 6, 12, 17)
TOLD = [
    0.0, -0.0, 1e-17, -4.44e-16, 1e300, -1e300, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
    float("inf"), float("-inf"), float("nan"), 999.95, 99.95, 9.995, 0.9995, 99999.5, 99999.4, 100000.0, 999999.6,
    0.1 + 0.2, 1 - 0.9, 1e-4, 9.9996e-5, 9.9994e-5, 1e-5, 9.9996e-7, 0.5, 1.5, 2.5, 0.125, 0.375, 1234.5, 12345.678,
    1.0, -1.0, 10.0, 1000.0, 12345.0, -99999.0, 1e5, 1e15, 1e21, 1e22, 123456789.0, 2**53 + 2.0, 0.0003, 1377.0,
]  # fmt: skip
_SAID = """
const told = new Float64Array(new BigUint64Array(JSON.parse(process.argv[1]).map(BigInt)).buffer);
const digits = JSON.parse(process.argv[2]);
const { readFileSync } = await import("node:fs");
const pairs = new Float64Array(new BigUint64Array(JSON.parse(readFileSync(0)).map(BigInt)).buffer);
const { number, short, point, count, digitsApart, unbroken } = await import(process.argv[3]);
console.log(JSON.stringify({
  number: [...told].map((value) => digits.map((few) => number(value, few))),
  short: [...told].map((value) => digits.map((few) => short(value, few))),
  point: [...told].map((value) => point([value, -value])),
  apart: Array.from({ length: pairs.length / 2 }, (_, i) => pairs.slice(2 * i, 2 * i + 2))
    .map(([value, other]) => [3, 4].map((least) => digitsApart(value, other, least))),
  unbroken: [..."(2.2, 0)|at (−2.5, 4.52), on, (-1, 1,234).|sin(a, b), (one, two) (3,4)".split("|")].map(unbroken),
  count: [0, 1, 999, 1000, 40672, 1234567].map((value) => count(value)),
}));
"""


def drawn(seed: int = 0) -> list[float]:
    """Numbers of every size, some of them halves of a last digit, some any eight bytes."""
    rng = random.Random(seed)
    anything = [struct.unpack("<d", rng.randbytes(8))[0] for _ in range(100)]
    sizes = [rng.choice((-1, 1)) * 10 ** rng.uniform(-12, 9) for _ in range(150)]
    halves = [rng.randrange(1, 2000) / 2 ** rng.randrange(1, 8) for _ in range(100)]
    return anything + sizes + halves + [float(rng.randrange(10**7)) for _ in range(50)]


def pairs(seed: int = 1) -> list[tuple[float, float]]:
    """Numbers beside bounds such as tolerances: equal, neighbours, as near as 10⁻¹⁷ of them, and far."""
    rng = random.Random(seed)
    bounds = [10.0**power for power in range(-12, 8)] + [2.0, 3.8, 99999.5, 1.2345e-6, 0.0, -1e-6] + drawn(seed)
    beside = [(math.nextafter(bound, way), bound) for bound in bounds for way in (-math.inf, math.inf)]
    near = [(bound * (1 + rng.choice((-1, 1)) * 10 ** rng.uniform(-17, 1)), bound) for bound in bounds * 4]
    return beside + near + [(bound, bound) for bound in bounds] + [(rng.choice(bounds), bound) for bound in bounds]


def bits(values: Iterable[float]) -> str:
    """Numbers as node is given them: to the last bit."""
    return json.dumps([str(struct.unpack("<Q", struct.pack("<d", value))[0]) for value in values])


@pytest.fixture(scope="module")
def said() -> tuple[list[float], dict]:
    """The numbers, and what stage/web/base/numbers.js makes of them, run by Playwright's own node."""
    told = TOLD + drawn()
    node = compute_driver_executable()[0]
    given = [bits(told), json.dumps(DIGITS), str(assets.FOLDER / "base/numbers.js")]
    command = [node, "--input-type=module", "-e", _SAID, *given]
    beside = bits(chain.from_iterable(pairs()))
    return told, json.loads(subprocess.run(command, input=beside, capture_output=True, text=True, check=True).stdout)


def test_python_and_javascript_write_the_same_numbers(said):
    told, written = said
    for value, numbers, shorts, place in zip(told, written["number"], written["short"], written["point"], strict=True):
        assert numbers == [number(value, few) for few in DIGITS], value
        assert shorts == [short(value, few) for few in DIGITS], value
        assert place == point((value, -value))
    assert written["count"] == [count(value).split()[0] for value in (0, 1, 999, 1000, 40672, 1234567)]


def test_positions_in_a_text_do_not_break(said):
    joined = ["(2.2,\u00a00)", "at (−2.5,\u00a04.52), on, (-1,\u00a01,234).", "sin(a, b), (one, two) (3,4)"]
    assert said[1]["unbroken"] == joined


def test_what_is_written_is_the_number_and_no_machine_s_form(said):
    for value in said[0]:
        for few in DIGITS:
            text = number(value, few)
            assert "e" not in text.replace("not a number", "")
            assert "-" not in text
            if 0 < abs(value) < 1e308:
                assert read(text) == pytest.approx(value, rel=0.5000001 * 10 ** (1 - few), abs=5e-324)


def test_what_is_read_beside_a_bound_compares_as_the_numbers_do(said):
    for (value, bound), (three, four) in zip(pairs(), said[1]["apart"], strict=True):
        assert [three, four] == [digits_apart(value, bound), digits_apart(value, bound, 4)], (value, bound)
        if not (math.isfinite(value) and math.isfinite(bound)):
            continue
        assert same_order(*compared(value, bound), value, bound)
        assert same_order(short(value, four), number(bound, four), value, bound), "as One step writes them"
        if 0 < abs(bound) < 1e300 and abs(value - bound) > 0.01 * abs(bound):
            assert three == 3, "no more digits than it takes"


def same_order(text: str, limit: str, value: float, bound: float) -> bool:
    """Whether two texts, read as exact decimals, compare as the two numbers do."""
    shown, of = exactly(text), exactly(limit)
    return (shown < of, shown == of) == (value < bound, value == bound)


_SHOWN = re.compile(r"(−?)(?:([\d,]+(?:\.\d+)?)(?![⁻⁰¹²³⁴⁵⁶⁷⁸⁹]))?(?:×?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def exactly(text: str) -> Decimal:
    """What somebody reads, without a float's rounding."""
    shown = _SHOWN.fullmatch(text.replace("\u00a0", ""))
    assert shown, text
    sign, mantissa, power = shown.groups()
    exponent = (power or "0").translate(_LOWERED)
    return Decimal(f"{'-' if sign else ''}{(mantissa or '1').replace(',', '')}e{exponent}")


MACHINES = {
    "engine/export",  # programs and tables to take home
    "engine/basis/code.py",
    "engine/basis/programs.py",
    "engine/networks/text.py",  # links
    "ui/scene/link.py",
    "ui/networks/settings.py",  # what a box holds, to be typed over
    "ui/shared/number_box.py",
}
"""Where numbers are written for machines, or as they are typed."""
ECHOES = {
    "engine/runs/fields.py",
    "landscapes/record.py",
    "landscapes/language/build.py",
    "engine/networks/two_weights.py",
}
"""Refusals that repeat what was typed."""


def test_nothing_else_writes_powers_of_ten():
    """Formats such as ".3g", which may end in e-07, stand only where a machine reads, or where the text is parsed."""
    found = []
    for part in ("engine", "ui", "live", "landscapes", "pages"):
        for file in (ROOT / part).rglob("*.py"):
            path = file.relative_to(ROOT).as_posix()
            if any(path == one or path.startswith(f"{one}/") for one in MACHINES | ECHOES):
                continue
            tree = ast.parse(file.read_text())
            read = {id(text) for call in ast.walk(tree) if _is_read(call) for text in ast.walk(call)}
            found += [f"{path}:{one.lineno}" for one in ast.walk(tree) if _is_machines(one) and id(one) not in read]
    assert found == []
    for file in assets.FOLDER.rglob("*.js"):
        if file.name != "numbers.js":
            assert "toExponential" not in (text := file.read_text()), file.name
            assert "toLocaleString" not in text, file.name


def _is_read(node: ast.AST) -> bool:
    """Whether the text is not shown but made into a number again, float(f"{rate:.2g}"), or counted."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("float", "len")


def _is_machines(node: ast.AST) -> bool:
    if not (isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr)):
        return False
    return re.search("[eEgG]$", "".join(str(getattr(one, "value", "")) for one in node.format_spec.values)) is not None
