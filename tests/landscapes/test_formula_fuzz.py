"""A hundred thousand texts, random and grammar-made: each is read or refused, and what is read means one thing."""

import numpy as np
import torch

from landscapes import FormulaError
from landscapes.language import loss_of, parse, plain_text, torch_text
from landscapes.language.build import MOST_NODES
from landscapes.language.tree import Binary, Call, Compare, Expression, Negate
from tests.landscapes.test_formula_printers import numpy_value, random_tree

ULPS = 64
LETTERS = [
    *"xyxyxy0123456789..+-*/()(),<>=!eEpi_ \t\n\"'[]{}:;@#$%^&|~\\`?",
    *"αβπ√∞²·−×\u202e\u0000\ud800𝑥ı",
]
PIECES = [
    *(
        "x",
        "y",
        "x",
        "y",
        "pi",
        "e",
        "1",
        "2",
        "0.5",
        "1e3",
        "1e400",
        "07",
        "+",
        "-",
        "*",
        "/",
        "**",
        "(",
        ")",
        ",",
        "<",
    ),
    *(
        "sin(",
        "where(",
        "max(",
        "sqrt(",
        "log(",
        "x**2",
        "(x)",
        "exp",
        "__class__",
        "x.real",
        "().__class__",
        "lambda:0",
    ),
    *(
        "__import__('os')",
        "eval(",
        "open(",
        "x[0]",
        "getattr(",
        "globals()",
        "import os",
        ":=",
        "f'{x}'",
        "if",
        "or",
        "not",
    ),
]


def texts():
    """60,000 of letters, 25,000 of pieces, 10,000 grammar-made, 5,000 of those with one letter changed."""
    rng = np.random.default_rng(2026)
    letters, pieces = np.array(LETTERS, dtype=object), np.array(PIECES, dtype=object)
    for size in rng.integers(0, 25, 60_000):
        yield "".join(letters[rng.integers(0, len(letters), size)])
    for size in rng.integers(1, 9, 25_000):
        yield "".join(pieces[rng.integers(0, len(pieces), size)])
    for number in range(10_000):
        text = plain_text(random_tree(rng, int(rng.integers(1, 5))))
        yield text
        if number % 2:
            place = int(rng.integers(0, len(text) + 1))
            yield text[:place] + str(letters[rng.integers(0, len(letters))]) + text[place + 1 :]


def nodes(tree: Expression) -> int:
    match tree:
        case Negate(operand):
            return 1 + nodes(operand)
        case Binary(_, left, right) | Compare(_, left, right):
            return 1 + nodes(left) + nodes(right)
        case Call(_, arguments):
            return 1 + sum(map(nodes, arguments))
    return 1


def test_every_text_is_read_or_refused_with_a_sentence_and_a_place():
    count = read = 0
    refusals = []
    for text in texts():
        count += 1
        try:
            tree = parse(text)
        except FormulaError as fault:
            refusals.append((text, fault))
            continue
        read += 1
        assert nodes(tree) <= MOST_NODES
        assert callable(loss_of(tree))
        # No name but the whitelist's, and so no attribute and no builtin, is in what is read.
        assert not any(word in plain_text(tree) for word in ("_", "[", ".real", "import", "lambda", "'"))
    assert count >= 100_000
    assert read > 9_000
    assert all(0 <= fault.position <= len(text) for text, fault in refusals)
    assert all(str(fault).endswith((".", "?")) for _, fault in refusals)


def largest(tree: Expression, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The largest size among all intermediate values; not a number where a condition is near its jump."""
    size = np.abs(np.broadcast_to(numpy_value(tree, x, y), x.shape)).astype(float)
    match tree:
        case Negate(operand):
            parts = [operand]
        case Binary(_, left, right):
            parts = [left, right]
        case Compare(_, left, right):
            parts = [left, right]
            gap = np.abs(numpy_value(left, x, y) - numpy_value(right, x, y))
            size = np.where(gap > 1e-6, size, np.nan)
        case Call(name, arguments):
            parts = list(arguments)
            if name in ("floor", "sign"):
                size = np.full(x.shape, np.nan)
        case _:
            return size
    return np.maximum.reduce([size, *(largest(part, x, y) for part in parts)])


def test_jax_numpy_and_torch_agree_within_64_units_of_the_last_place():
    """Of the largest value met on the way; where a point moved by one unit hardly moves the value."""
    rng = np.random.default_rng(64)
    agreed = 0
    while agreed < 500:
        tree = random_tree(rng, 4)
        x, y = rng.uniform(-2, 2, (2, 4))
        with np.errstate(all="ignore"):
            expected = np.broadcast_to(numpy_value(tree, x, y), 4)
            moved = np.broadcast_to(numpy_value(tree, np.nextafter(x, 9), np.nextafter(y, 9)), 4)
            unit = np.finfo(float).eps * largest(tree, x, y)
            steady = np.isfinite(expected) & (np.abs(moved - expected) <= 4 * unit) & (unit < 1e-6)
        if not steady.any() or not {"x", "y"} & set(plain_text(tree)):
            continue
        try:
            loss = loss_of(parse(plain_text(tree)))
        except FormulaError:  # a constant part that is no number
            continue
        ours = np.array([float(loss(np.array(point))) for point in zip(x, y, strict=True)])
        line = compile(torch_text(tree), "<torch>", "eval")
        points = [{"x": a, "y": b} for a, b in zip(torch.from_numpy(x), torch.from_numpy(y), strict=True)]
        theirs = np.array([float(eval(line, {"torch": torch} | point)) for point in points])
        for values in (ours, theirs):
            assert (np.abs(values[steady] - expected[steady]) <= ULPS * unit[steady]).all(), plain_text(tree)
        agreed += 1
