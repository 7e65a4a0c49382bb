"""Random formulas: what is printed reads back as the same tree, and every printer means the same surface."""

import contextlib
import math
import re
import xml.etree.ElementTree as ElementTree

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import torch

from landscapes import FormulaError, formula
from landscapes.language import FUNCTIONS, jax_text, latex, loss_of, mathml, parse, plain_text, torch_text
from landscapes.language.bounds import lower_bound
from landscapes.language.tree import Binary, Call, Compare, Expression, Name, Negate, Number

# The NumPy reading of a tree, on its own: whole arrays, no guards, no shortcuts.
NUMPY = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "exp": np.exp, "log": np.log, "log10": np.log10,
    "sqrt": np.sqrt, "abs": np.abs, "sign": np.sign, "floor": np.floor, "erf": scipy.special.erf,
    "sigmoid": scipy.special.expit, "atan2": np.arctan2, "relu": lambda u: np.maximum(u, 0), "where": np.where,
    "min": lambda *u: np.minimum.reduce(np.broadcast_arrays(*u)),
    "max": lambda *u: np.maximum.reduce(np.broadcast_arrays(*u)),
}  # fmt: skip


def numpy_value(tree: Expression, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    match tree:
        case Number(value):
            return np.float64(value)
        case Name(name):
            return {"x": x, "y": y, "pi": np.pi, "e": np.e}[name]
        case Negate(operand):
            return -numpy_value(operand, x, y)
        case Binary(symbol, left, right) | Compare(symbol, left, right):
            return NUMPY[symbol](numpy_value(left, x, y), numpy_value(right, x, y))
        case Call(function, arguments):
            return NUMPY[function](*(numpy_value(each, x, y) for each in arguments))


SMOOTH = [
    "sin",
    "cos",
    "atan",
    "tanh",
    "exp",
    "sqrt",
    "abs",
    "erf",
    "sigmoid",
    "relu",
    "asinh",
    "log",
    "min",
    "max",
    "where",
]


def random_tree(rng: np.random.Generator, depth: int) -> Expression:
    if depth == 0 or rng.random() < 0.15:
        leaf = rng.integers(4)
        if leaf == 0:
            return Number(float(rng.choice([0, 1, 2, 3, 0.5, 10, 0.1, 1e-7, 1e16, 2.25])))
        return Name(str(rng.choice(["pi", "e"]) if leaf == 1 and rng.random() < 0.3 else rng.choice(["x", "y"])))
    kind = rng.integers(10)
    if kind == 0:
        return Negate(random_tree(rng, depth - 1))
    if kind <= 5:
        symbol = str(rng.choice(["+", "-", "*", "/"]))
        return Binary(symbol, random_tree(rng, depth - 1), random_tree(rng, depth - 1))
    if kind <= 7:
        power: Expression = Number(float(rng.choice([0, 1, 2, 3, 4, 0.5, 1.5, 10])))
        return Binary("**", random_tree(rng, depth - 1), Negate(power) if rng.random() < 0.2 else power)
    function = str(rng.choice(SMOOTH))
    if function == "where":
        sides = (random_tree(rng, depth - 1) for _ in range(4))
        symbol = str(rng.choice(["<", "<=", ">", ">=", "==", "!="]))
        return Call("where", (Compare(symbol, next(sides), next(sides)), next(sides), next(sides)))
    count = int(rng.integers(2, 4)) if function in ("min", "max") else 1
    return Call(function, tuple(random_tree(rng, depth - 1) for _ in range(count)))


def random_formulas(count: int, depth: int, seed: int) -> list[Expression]:
    """Trees that the language accepts: the parser refuses flat ones and parts that are no number."""
    rng, accepted = np.random.default_rng(seed), []
    while len(accepted) < count:
        tree = random_tree(rng, depth)
        try:
            parse(plain_text(tree))
        except FormulaError:
            continue
        accepted.append(tree)
    return accepted


def test_plain_text_reads_back_as_the_same_tree() -> None:
    formulas = random_formulas(1_500, depth=5, seed=1)
    assert all(parse(plain_text(tree)) == tree for tree in formulas)
    # Deep enough to meet every kind of node.
    text = " ".join(map(plain_text, formulas))
    assert all(sign in text for sign in ("**", "where(", "max(", "/(", "-(", "**-", "!="))


def test_plain_text_has_no_needless_parentheses() -> None:
    """Without any one pair of grouping parentheses the text is another formula, or none."""
    checked = 0
    for tree in random_formulas(300, depth=4, seed=2):
        text = plain_text(tree)
        stack: list[int] = []
        for end, char in enumerate(text):
            if char == "(":
                stack.append(end)
            elif char == ")":
                begin = stack.pop()
                if begin and text[begin - 1].isalnum():
                    continue
                checked += 1
                bare = f"{text[:begin]}{text[begin + 1 : end]}{text[end + 1 :]}"
                with contextlib.suppress(FormulaError):
                    assert parse(bare) != tree, text
    assert checked > 100


@pytest.mark.parametrize(
    "text",
    ["-x**2", "(-x)**2", "x**-y", "x**y**2", "(x**y)**2", "x - (y - 1)", "x - y - 1", "x/(y*2)", "x/y*2", "-(x + y)",
     "x*-y", "x + -y", "-x*y", "-(x*y)", "--x", "2**-x", "1e-07*x", "1e+16*x", "where(x <= y, x, -y)"],
)  # fmt: skip
def test_plain_text_keeps_what_is_already_short(text: str) -> None:
    assert plain_text(parse(text)) == text


def test_blanks_and_needless_signs_do_not_matter() -> None:
    assert parse(" \n( x )**2\t+ +y\r\n") == parse("x**2+y")
    assert formula("x**2+y").loss is formula("(x)**(2) + y").loss
    assert formula("x + y").loss is not formula("y + x").loss


def test_jax_torch_and_numpy_agree() -> None:
    """Values to a few roundings; where the part is finite in all of NumPy's steps, gradients of JAX and torch too."""
    rng = np.random.default_rng(3)
    compared = 0
    for tree in random_formulas(120, depth=4, seed=4):
        points = rng.uniform(-2.5, 2.5, (6, 2))
        with np.errstate(all="ignore"):
            expected = np.broadcast_to(numpy_value(tree, points[:, 0], points[:, 1]), 6)
            # How far the value moves when the point moves by a few roundings: the error that any reading may have.
            moved = np.broadcast_to(numpy_value(tree, *(points * (1 + 1e-13)).T), 6)
        loss = loss_of(tree)
        values = np.asarray(jax.vmap(loss)(points))
        slopes = np.asarray(jax.vmap(jax.grad(loss))(points))
        line = compile(torch_text(tree), "<torch>", "eval")
        for i, point in enumerate(points):
            at = torch.tensor(point, requires_grad=True)
            value = eval(line, {"torch": torch, "x": at[0], "y": at[1]})
            assert value.requires_grad, torch_text(tree)
            assert value.dtype == torch.float64
            if not np.isfinite(expected[i]) or not np.isfinite(moved[i]) or abs(expected[i]) > 1e12:
                continue
            room = 1e-12 * abs(expected[i]) + 10 * abs(moved[i] - expected[i]) + 1e-14
            if room > 1e-6 * max(1.0, abs(expected[i])):
                continue  # so steep, or a jump so near, that no two readings need agree
            assert abs(values[i] - expected[i]) <= room, plain_text(tree)
            assert abs(value.item() - expected[i]) <= room, torch_text(tree)
            slope = torch.autograd.grad(value, at)[0].numpy()
            if np.all(np.isfinite(slope)) and np.abs(slope).max() < 1e8:
                np.testing.assert_allclose(slopes[i], slope, rtol=1e-8, atol=1e-8, err_msg=plain_text(tree))
                compared += 1
    assert compared > 300


def jax_line(text: str):
    """The function (2,) -> scalar that a printed line of JAX is."""
    line = compile(text, "<jax>", "eval")
    return lambda at: eval(line, {"jax": jax, "jnp": jnp, "x": at[0], "y": at[1]})


def test_a_printed_line_of_jax_is_the_loss() -> None:
    """Values and gradients of what a student would run against the engine's own, over random formulas."""
    rng = np.random.default_rng(6)
    compared = 0
    for tree in random_formulas(60, depth=4, seed=8):
        points = rng.uniform(-2.5, 2.5, (6, 2))
        (values, slopes), (found, theirs) = (
            jax.jit(jax.vmap(jax.value_and_grad(loss)))(points) for loss in (loss_of(tree), jax_line(jax_text(tree)))
        )
        sound = np.isfinite(values) & np.isfinite(slopes).all(axis=1) & (np.abs(values) < 1e12)
        sound &= (np.abs(slopes) < 1e8).all(axis=1)
        np.testing.assert_allclose(found[sound], values[sound], rtol=1e-9, atol=1e-12, err_msg=jax_text(tree))
        np.testing.assert_allclose(theirs[sound], slopes[sound], rtol=1e-8, atol=1e-8, err_msg=jax_text(tree))
        compared += int(sound.sum())
    assert compared > 150


@pytest.mark.parametrize(
    "text",
    ["sqrt(x**2 + y**2)", "(x**2 + y**2)**1.5", "abs(x) + abs(y)", "abs(x)**0.5 + y", "sqrt(abs(x*y))", "relu(x)*y",
     "sqrt(sqrt(x**2)) + y", "max(x, y, 3)", "where(x > 0, log(x), 0)", "where(x == 0, 1, sin(x)/x)",
     "sign(x) + floor(y)"],
)  # fmt: skip
def test_a_printed_line_of_jax_is_sound_where_roots_and_kinks_are(text: str) -> None:
    loss = loss_of(parse(text))
    for point in ((0.0, 0.0), (-1.0, 2.0), (0.5, 0.0)):
        at = jnp.asarray(point)
        value, slope = jax.value_and_grad(jax_line(jax_text(parse(text))))(at)
        assert float(value) == pytest.approx(float(loss(at)), rel=1e-14, abs=1e-15)
        np.testing.assert_allclose(slope, jax.grad(loss)(at), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "where"])
def test_every_function_means_the_same_everywhere(name: str) -> None:
    least, _ = FUNCTIONS[name].arguments
    # acosh lives above 1, asin, acos and atanh between -1 and 1.
    inside = (1.1, 2.0) if name == "acosh" else (0.1, 0.9)
    tree = parse(f"{name}({', '.join('xy'[:least])})")
    points = np.random.default_rng(5).uniform(*inside, (20, 2))
    expected = numpy_value(tree, points[:, 0], points[:, 1])
    # Libraries round elementary functions to within a few units in the last place.
    np.testing.assert_allclose(jax.vmap(loss_of(tree))(points), expected, rtol=2e-14)
    slopes = jax.vmap(jax.grad(loss_of(tree)))(points)
    for point, value, slope in zip(points, expected, slopes, strict=True):
        at = torch.tensor(point, requires_grad=True)
        found = eval(torch_text(tree), {"torch": torch, "x": at[0], "y": at[1]})
        assert found.item() == pytest.approx(value, rel=2e-14)
        np.testing.assert_allclose(slope, torch.autograd.grad(found, at)[0].numpy(), rtol=1e-12, atol=1e-14)
        assert float(jax_line(jax_text(tree))(jnp.asarray(point))) == pytest.approx(value, rel=2e-14)
        scalar = FUNCTIONS[name].scalar(*point[:least])
        assert scalar == pytest.approx(value, rel=2e-14)
        assert scalar >= FUNCTIONS[name].lowest


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("(1 - x)**2 + 100*(y - x**2)**2", r"\left(1 - x\right)^{2} + 100 \left(y - x^{2}\right)^{2}"),
        ("6*(1 + x**2)**0.5", r"6 \sqrt{1 + x^{2}}"),
        ("2*3*x", r"2 \cdot 3 x"),
        ("x*2", r"x \cdot 2"),
        ("x*2**y", r"x \cdot 2^{y}"),
        ("2*(1/3)*x", r"2 \cdot \frac{1}{3} x"),
        ("(x/2)**10", r"\left(\frac{x}{2}\right)^{10}"),
        ("x + (-y)", r"x + \left(-y\right)"),
        ("(-x)**2", r"\left(-x\right)^{2}"),
        ("-x**2", r"- x^{2}"),
        ("exp(-x**2/4)", r"e^{- \frac{x^{2}}{4}}"),
        ("-2*x*y", r"- 2 x y"),
        ("-(x + y)*2", r"- \left(x + y\right) \cdot 2"),
        ("x - -2*y", r"x - \left(- 2 y\right)"),
        ("sin(x)**2", r"\sin^{2} \left(x\right)"),
        ("abs(x)**3", r"\left|x\right|^{3}"),
        ("floor(x)", r"\left\lfloor x \right\rfloor"),
        ("1e-7*x", r"10^{-7} x"),
        ("2.5e20*x", r"2.5 \cdot 10^{20} x"),
        ("cos(2*pi*x)", r"\cos \left(2 \pi x\right)"),
        ("where(x >= 0, x, 0)", r"\begin{cases}x & x \ge 0 \\ 0 & \text{otherwise}\end{cases}"),
    ],
)  # fmt: skip
def test_latex(text: str, tex: str) -> None:
    normal = latex(parse(text)).replace("- ", "-").replace(" ", "")
    assert normal == tex.replace("- ", "-").replace(" ", "")


ALLOWED = {"math", "mrow", "mi", "mn", "mo", "mfrac", "msup", "msub", "msqrt", "mtable", "mtr", "mtd", "mtext"}


def test_mathml_is_well_formed_and_built_of_known_tags_only() -> None:
    namespace = "{http://www.w3.org/1998/Math/MathML}"
    for tree in random_formulas(300, depth=5, seed=6):
        root = ElementTree.fromstring(mathml(tree))
        assert root.attrib == {"alttext": plain_text(tree)}
        for element in root.iter():
            tag = element.tag.removeprefix(namespace)
            assert tag in ALLOWED
            # A browser drops what has the wrong number of parts.
            wanted = {"mfrac": 2, "msup": 2, "msub": 2, "msqrt": 1}.get(tag)
            assert wanted is None or len(element) == wanted


MATHML_NAMES = {"arctan": "atan", "arsinh": "asinh", "ln": "log", "σ": "sigmoid", "π": "pi"}
MATHML_SIGNS = {"−": "-", "⋅": "*", "\u2062": "*", "\u2061": "", "≤": "<=", "≥": ">=", "=": "==", "≠": "!="}


def as_code(element: ElementTree.Element) -> str:
    """What a reader makes of drawn mathematics: parentheses only where they, a bar, a root or a fraction group."""
    parts = list(element)
    match element.tag.rpartition("}")[2]:
        case "mn":
            return element.text or ""
        case "mi":
            return MATHML_NAMES.get(element.text or "", element.text or "")
        case "mo":
            return MATHML_SIGNS.get(element.text or "", element.text or "")
        case "mfrac":
            return f"(({as_code(parts[0])})/({as_code(parts[1])}))"
        case "msqrt":
            return f"sqrt({as_code(parts[0])})"
        case "msup":
            return f"{as_code(parts[0])}**({as_code(parts[1])})"
        case "msub":
            return "log10"
    if parts[0].text == "|":
        return f"abs({as_code(parts[1])})"
    if parts[0].text == "⌊":
        return f"floor({as_code(parts[1])})"
    if parts[0].text == "{":
        (then, condition), (otherwise, _) = parts[1]
        return f"where({as_code(condition[0])}, {as_code(then[0])}, {as_code(otherwise[0])})"
    if len(parts) == 3 and parts[1].text == "\u2061" and parts[0].tag.endswith("msup"):
        name, power = parts[0]
        return f"({as_code(name)}{as_code(parts[2])})**({as_code(power)})"
    return "".join(map(as_code, parts))


def test_what_is_drawn_means_the_formula() -> None:
    """MathML, read the way an eye groups it, is the same surface; LaTeX prints the same boxes."""
    compared = 0
    for tree in random_formulas(400, depth=4, seed=8):
        drawn = mathml(tree)
        # Nothing that begins with a digit or a fraction follows a number without a dot: 2 3 is not 23, nor 2⅓.
        assert not re.search("\u2062</mo>(<mrow>|<msup>)*(<mn>|<mfrac>)", drawn)
        read = parse(as_code(ElementTree.fromstring(drawn)))
        points = np.random.default_rng(9).uniform(-2, 2, (6, 2))
        with np.errstate(all="ignore"):
            expected = np.broadcast_to(numpy_value(tree, *points.T), 6)
            value = np.broadcast_to(numpy_value(read, *points.T), 6)
            moved = np.broadcast_to(numpy_value(tree, *(points * (1 + 1e-13)).T), 6)
            room = 1e-11 * np.abs(expected) + 100 * np.abs(moved - expected) + 1e-13
            wrong = ~(np.abs(value - expected) <= room)
        # Moving a minus out of a product or writing exp(u) as e**u changes roundings; a wrong grouping changes values.
        sound = np.isfinite(expected) & np.isfinite(room) & (room < 1e-6 * np.maximum(1, np.abs(expected)))
        assert not np.any(wrong[sound]), plain_text(tree)
        compared += int(sound.sum())
    assert compared > 1_000


def test_no_formula_is_below_its_lower_bound() -> None:
    """The bound decides which roots go without a guard, so it must hold everywhere."""
    points = np.random.default_rng(10).uniform(-3, 3, (50, 2))
    bounded = 0
    for tree in [*random_formulas(3_000, depth=4, seed=12), parse("x*(1 + y**2)"), parse("(2 + x**2)*(3 - y)")]:
        low = lower_bound(tree)
        bounded += np.isfinite(low)
        with np.errstate(all="ignore"):
            values = np.broadcast_to(numpy_value(tree, *points.T), 50)
        # The sums of the bound and of the formula may round differently.
        assert not np.any(values < low - 1e-12 * abs(low)), plain_text(tree)
    assert bounded > 300


def test_latex_braces_match() -> None:
    for tree in random_formulas(300, depth=5, seed=6):
        tex = latex(tree)
        assert tex.count("{") == tex.count("}")
        assert tex.count(r"\left") == tex.count(r"\right")


def test_torch_text_of_the_easy_ones_is_what_one_would_write() -> None:
    assert torch_text(parse("20 + x**2 - 10*cos(2*pi*x)")) == "20 + x**2 - 10*torch.cos(2*torch.pi*x)"
    assert torch_text(parse("6*(1 + x**2)**0.5 - 6")) == "6*(1 + x**2)**0.5 - 6"
    assert torch_text(parse("sqrt(2)*x")) == f"{math.sqrt(2)!r}*x"
    assert torch_text(parse("max(x, 0)")) == "torch.maximum(x, torch.full_like(x, 0))"
