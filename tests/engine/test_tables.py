"""Own data: tables as people write them are read or refused with a sentence, and fits end where numpy and scipy say."""

import re
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from engine import Run, descend, landscape_of
from engine.basis.numerals import number
from engine.descent.explain import explain
from engine.export import jax_code, pytorch_code
from engine.runs.batches import batches
from engine.tables import LOSSES, OwnData, condition_numbers, condition_sentence, data_of, own_model, read_table
from engine.tables.own import SIZES, with_points

A, B = [50.0, 80.0, 120.5], [1.5, 2.25, -3.0]
READ = {
    "commas": "a,b\n50,1.5\n80,2.25\n120.5,-3\n",
    "semicolons": "a;b\n50;1.5\n80;2.25\n120.5;-3",
    "tabs, as copied from a sheet": "a\tb\r\n50\t1.5\r\n80\t2.25\r\n120.5\t-3\r\n",
    "decimal comma": "a;b\n50;1,5\n80;2,25\n120,5;-3",
    "decimal comma by tabs": "a\tb\n50\t1,5\n80\t2,25\n120,5\t-3",
    "decimal comma in quotes": 'a,b\n"50","1,5"\n80,"2,25"\n"120,5",-3',
    "Excel's mark": "\ufeffa;b\r\n50;1,5\r\n80;2,25\r\n120,5;-3\r\n",
    "Excel's separator line": "sep=;\na;b\n50;1,5\n80;2,25\n120,5;-3",
    "spaces": "a b\n50  1.5\n80 2.25\n 120.5 -3",
    "quotes": '"a","b"\n"50","1.5"\n"80","2.25"\n"120.5","-3"\n',
    "old Mac": "a,b\r50,1.5\r80,2.25\r120.5,-3",
    "empty lines": "a,b\n\n50,1.5\n\n80,2.25\n120.5,-3\n\n\n",
    "a true minus and exponents": "a,b\n5e1,1.5\n8E+01,2.25\n1.205e2,−3",
    "bars": "a|b\n50|1.5\n80|2.25\n120.5|-3",
}


@pytest.mark.parametrize("how", READ)
def test_a_table_is_read_however_it_is_written(how: str):
    texts = [READ[how], READ[how].encode()]
    if how.startswith("Excel's mark"):
        texts = [READ[how].encode(), READ[how].encode("utf-16")]
    for text in texts:
        table = read_table(text)
        assert table.names == ["a", "b"]
        assert table["a"].values.tolist() == A
        assert table["b"].values.tolist() == B
        assert table.left_out("a", "b") == []
        assert "the first row names them" in table.how


def test_what_windows_wrote_before_is_read():
    assert read_table("Größe;Maß\n1,5;2\n3;4".encode("cp1252")).names == ["Größe", "Maß"]


@pytest.mark.parametrize(
    ("text", "numbers", "says"),
    [
        ('a,b\n"1,234.5",2\n3,4', [1234.5, 3], "“1,234.5” is 1234.5"),
        ("a;b\n1.234,5;2\n3;4", [1234.5, 3], "“1.234,5” is 1234.5"),
        ("a;b\n1 234,5;2\n3;4", [1234.5, 3], ""),
        ("a;b\n1'234.5;2\n3;4", [1234.5, 3], ""),
        ("a\tb\n1,234\t2\n3,456\t4", [1234, 3456], "“1,234” is 1234"),
        ("a;b\n1,234;2\n3,456;4", [1.234, 3.456], ""),
    ],
)
def test_thousands_and_decimals(text: str, numbers: list[float], says: str):
    table = read_table(text)
    assert table["a"].values.tolist() == numbers
    assert any(says in note for note in table.notes) == bool(says)


def test_without_a_header_the_columns_are_numbered():
    table = read_table("1;2\n3;4\n5;6")
    assert table.names == ["column 1", "column 2"]
    assert table["column 2"].values.tolist() == [2, 4, 6]
    assert "no header" in table.how
    assert read_table("x;x;\n1;2;3\n4;5;6").names == ["x", "x (2)", "column 3"]


def test_what_is_no_number_is_told_with_row_and_column_and_left_out():
    table = read_table("size,price,town\n1,10,A\n2,,B\nthree,30,C\n4,NA,D\n5,50,E\n6,inf,F")
    assert table.names == ["size", "price"]
    assert table.left_out("size", "price") == [
        "Row 4, size: “three” is no number, so the row is left out.",
        "Row 3, price: empty, so the row is left out.",
        "Row 5, price: “NA”, so the row is left out.",
        "Row 7, price: “inf” is no number, so the row is left out.",
    ]
    data = OwnData.of(table, "size", "price")
    assert (data.inputs.tolist(), data.targets.tolist()) == ([1, 5], [10, 50])
    many = read_table("a,b\n" + "\n".join(f"{row},{'x' if row % 2 else row}" for row in range(100)))
    assert many.left_out("a", "b")[-1] == "42 more cells are no number either, and their rows are left out."


def test_rows_that_are_too_short_too_long_or_too_many():
    table = read_table("a,b\n1,2\n3\n4,5,6\n7,8")
    assert table.left_out("a", "b") == [
        "Row 4 has more than 2 cells: what is beyond the last column is left out.",
        "Row 3, b: empty, so the row is left out.",
    ]
    long = read_table("a,b\n" + "1,2\n" * 2_500)
    assert len(long["a"].values) == 2_000
    assert "The table has 2,500 rows: the first 2,000 are taken" in long.notes[0]


def test_a_quote_that_is_never_closed_swallows_nothing():
    table = read_table('a,b\n"1,2\n3,4\n5,6')
    assert table["a"].values.tolist() == [1, 3, 5]
    assert "quotation mark" in table.notes[0]


REFUSED = {
    b"": "only empty lines",
    b"\n \n;;\n": "only empty lines",
    b"a\n1\n2\n3": "single cell",
    b"PK\x03\x04\x14\0\0": "Excel workbook",
    b"\xd0\xcf\x11\xe0\xa1": "old Excel workbook",
    b"%PDF-1.4": "PDF",
    b"\x89PNG\r\n": "picture",
    b"\0\1\2\3\4": "binary",
    b"1,2\n" * 1_300_000: r"5\.0 MB",
    b"a,b\n": "header and no row|not two hold numbers",
    b"hello world\nthis is prose\n": "not two hold numbers",
    b"one,two\nthree,four\n": "not two hold numbers",
    (",".join(["1"] * 101) + "\n").encode() * 3: "101 columns",
}


@pytest.mark.parametrize("content", REFUSED, ids=lambda content: str(content[:12]))
def test_what_is_no_table_gets_its_sentence(content: bytes):
    with pytest.raises(ValueError, match=REFUSED[content]) as refusal:
        read_table(content)
    sentence = str(refusal.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) < 260


def test_nothing_that_is_pasted_crashes_it():
    draw = np.random.default_rng(8)
    letters = list("0123456789.,;\t \n\"'-eE|ab€−\u00a0\r\0\ufeff")
    longest = 0
    for _ in range(3_000):
        text = "".join(draw.choice(letters, int(draw.integers(0, 60))))
        try:
            table = read_table(text)
        except ValueError as refusal:
            longest = max(longest, len(str(refusal)))
            continue
        assert len(table.names) >= 2
        assert len({len(column.values) for column in table.columns}) == 1
    assert 0 < longest < 300


# ------- the models


def drawn(points: int = 60, classes: bool = False, seed: int = 3) -> OwnData:
    draw = np.random.default_rng(seed)
    inputs = draw.uniform(30, 200, points).round(1)
    noisy = inputs + 60 * draw.standard_normal(points)
    targets = (noisy > 115).astype(float) if classes else (0.8 * noisy + 40).round(2)
    return OwnData(inputs, targets, "area", "price", "logistic" if classes else "squared")


def variant(data: OwnData, **changes) -> OwnData:
    settings = {"loss": data.loss, "l2": data.l2, "standardised": data.standardised, **changes}
    return OwnData(data.inputs, data.targets, data.input_name, data.target_name, **settings)


@pytest.mark.parametrize("standardised", [False, True])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_regression_ends_at_the_normal_equations_solution(standardised: bool, l2: float):
    data = variant(drawn(), standardised=standardised, l2=l2)
    seen = (data.inputs - data.inputs.mean()) / data.inputs.std() if standardised else data.inputs
    design = np.column_stack([seen, np.ones(60)])
    penalty = [[np.sqrt(60 * l2), 0.0], [0.0, 0.0]]
    solved = np.linalg.lstsq(np.vstack([design, penalty]), np.append(data.targets, [0, 0]), rcond=None)[0]
    model = own_model(data)
    np.testing.assert_allclose(model.minima[0], solved, rtol=1e-10)
    ends = descend(Run(model.landscape, "newton", rate=1.0, gradient_tolerance=1e-9, steps=50)).points[-1]
    np.testing.assert_allclose(ends, solved, rtol=1e-8)
    if standardised:  # where plain descent has a bowl before it
        ends = descend(Run(model.landscape, rate=0.3, gradient_tolerance=1e-9, steps=2_000)).points[-1]
        np.testing.assert_allclose(ends, solved, rtol=1e-8)


def reference(data: OwnData | SimpleNamespace, at: np.ndarray) -> float:
    """The loss, written out with numpy."""
    seen = (data.inputs - data.inputs.mean()) / data.inputs.std() if data.standardised else data.inputs
    line = at[0] * seen + at[1]
    off = np.abs(line - data.targets)
    signs = 2 * data.targets - 1
    each = {
        "squared": off**2,
        "absolute": off,
        "huber": np.where(off <= 1, off**2 / 2, off - 0.5),
        "logistic": np.logaddexp(0, line) - data.targets * line,
        "hinge": np.maximum(0, 1 - signs * line),
    }[data.loss]
    return float(each.mean() + data.l2 * at[0] ** 2)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_is_its_formula_whatever_the_data_are_padded_to(loss: str):
    draw = np.random.default_rng(1)
    for points in (5, SIZES[0], SIZES[0] + 1, 700, 2_000):
        data = variant(drawn(points, LOSSES[loss].is_classification), loss=loss, standardised=points != 5, l2=0.25)
        model = own_model(data)
        for at in draw.normal(0, 2, (5, 2)):
            assert float(model.loss(at)) == pytest.approx(reference(data, at), rel=1e-12)


@pytest.mark.parametrize("l2", [0.0, 0.05])
@pytest.mark.parametrize("loss", ["logistic", "hinge", "huber", "absolute"])
def test_fits_end_where_scipy_s_do(loss: str, l2: float):
    data = variant(drawn(80, LOSSES[loss].is_classification), loss=loss, standardised=True, l2=l2)
    begin = np.array(own_model(data).window).mean(axis=1)
    exactly = {"xatol": 1e-10, "fatol": 1e-13, "maxiter": 4_000}
    tries = [
        minimize(partial(reference, data), at, method="Nelder-Mead", options=exactly) for at in (begin, np.zeros(2))
    ]
    best = min(tries, key=lambda found: found.fun)
    landscape = own_model(data).landscape
    if loss == "logistic":
        run = descend(Run(landscape, "newton", rate=1.0, steps=5_000, gradient_tolerance=1e-10))
    else:
        begin = tuple(best.x + 0.1)
        run = descend(Run(landscape, rate=0.5, schedule="inverse_time", steps=5_000, start=begin))
    # Kinks are approached by ever smaller steps, never met.
    tolerance = 1e-9 if loss == "logistic" else 1e-2
    assert run.losses.min() <= best.fun * (1 + tolerance) + 1e-12
    assert run.losses.min() >= best.fun * (1 - 1e-7)
    if loss == "logistic":
        np.testing.assert_allclose(run.points[-1], best.x, atol=1e-6)


def test_the_valley_follows_a_dragged_outlier_and_robust_losses_follow_it_less():
    """Under the hand one point goes up; where the valley is then is numpy's and scipy's to say."""
    data = variant(drawn(40), standardised=True)
    data = with_points(data, data.inputs, (data.targets - data.targets.mean()) / data.targets.std())
    far = int(np.argmax(data.inputs))
    design = np.column_stack([data.descended, np.ones(40)])
    slopes: dict[str, list[float]] = {"squared": [], "huber": [], "absolute": []}
    for pulled in (0.0, 3.0, 10.0, 40.0):
        targets = data.targets.copy()
        targets[far] += pulled
        moved = with_points(data, data.inputs, targets)
        solved = np.linalg.lstsq(design, targets, rcond=None)[0]
        landscape = own_model(moved).landscape
        end = descend(Run(landscape, rate=0.3, gradient_tolerance=1e-10, steps=2_000, start=(0.0, 0.0))).points[-1]
        np.testing.assert_allclose(end, solved, rtol=1e-8, atol=1e-12)
        slopes["squared"].append(end[0])
        for loss in ("huber", "absolute"):
            robust = variant(moved, loss=loss)
            exactly = {"xatol": 1e-10, "fatol": 1e-13, "maxiter": 4_000}
            theirs = minimize(partial(reference, robust), solved, method="Nelder-Mead", options=exactly)
            ours = own_model(robust).landscape
            run = descend(Run(ours, rate=0.5, schedule="inverse_time", steps=4_000, start=tuple(theirs.x + 0.1)))
            assert run.losses.min() == pytest.approx(theirs.fun, rel=1e-2)  # kinks are approached, never met
            slopes[loss].append(theirs.x[0])
    pulls = {loss: np.ptp(found) for loss, found in slopes.items()}
    assert pulls["squared"] > 5 * max(pulls["huber"], pulls["absolute"])


def test_the_gradient_is_that_of_the_loss():
    draw = np.random.default_rng(2)
    for loss, kind in LOSSES.items():
        data = variant(drawn(50, kind.is_classification), loss=loss, standardised=True, l2=0.1)
        run = descend(Run(own_model(data).landscape, rate=1e-3, steps=5, start=tuple(draw.normal(0, 1, 2))))
        for at, gradient in zip(run.points, run.gradients, strict=True):
            step = 1e-6
            ends = [[reference(data, at + way * np.eye(2)[axis] * step) for way in (1, -1)] for axis in (0, 1)]
            np.testing.assert_allclose(gradient, [(up - down) / (2 * step) for up, down in ends], atol=2e-5, rtol=1e-5)


def test_the_condition_number_is_the_design_s():
    data = drawn()
    design = np.column_stack([data.inputs, np.ones(60)])
    before, after = condition_numbers(data)
    assert before == pytest.approx(np.linalg.cond(design) ** 2, rel=1e-8)
    assert after == pytest.approx(1, abs=1e-9)
    sentence = condition_sentence(data)
    assert "1 standardised: scaling turns a ravine into a bowl." in sentence
    assert condition_sentence(variant(data, loss="absolute")) == ""
    assert "valley without a lowest point" in condition_sentence(OwnData([2.0, 2.0], [1.0, 3.0]))


def test_only_inputs_that_are_the_same_are_called_so():
    """With an L2 term even those have a lowest point: the slope 0."""
    far = condition_sentence(OwnData([1e9, 1e9 - 1, 1e9 - 2], [1.0, 3.0, 2.0]))
    wide = condition_sentence(OwnData([-1e9, 0.0, 1e9], [1.0, 3.0, 2.0]))
    for said in (far, wide):
        assert said.startswith("Condition number about 10¹⁵ or more as they are, 1 standardised")
    penalised = condition_sentence(OwnData([2.0, 2.0], [1.0, 3.0], l2=0.5))
    assert f"Condition number {number(np.linalg.cond([[4.5, 2.0], [2.0, 1.0]]))} as they are" in penalised
    assert own_model(OwnData([2.0, 2.0], [1.0, 3.0])).minima == ()


# ------- the text form


@pytest.mark.parametrize("digits", [1, 3, 17])
def test_the_text_form_holds_the_data_to_the_bit(digits: int):
    draw = np.random.default_rng(digits)
    for points in (2, 50, 200):
        inputs, targets = draw.normal(0, 10.0 ** draw.integers(-5, 6), (2, points)).round(digits)
        inputs[0] = -0.0
        data = OwnData(inputs, targets, "Größe; m²", "y=%", "huber", 0.125, True)
        assert len(data.text) < 5_000
        again = data_of(data.text.removeprefix("data:"))
        assert again.inputs.tobytes() == inputs.tobytes()
        assert again.targets.tobytes() == targets.tobytes()
        assert (again.input_name, again.target_name) == (data.input_name, data.target_name)
        assert (again.loss, again.l2, again.standardised) == ("huber", 0.125, True)
        assert again.text == landscape_of(data.text).text == data.text


def test_more_points_than_a_link_carries_are_held_by_who_has_them():
    import gc

    data = drawn(900)
    text = data.text
    assert len(text) < 120
    assert data_of(text.removeprefix("data:")).inputs.tolist() == data.inputs.tolist()
    whole = data_of(data.whole_text.removeprefix("data:"))
    assert whole.targets.tobytes() == data.targets.tobytes()
    del data, whole
    gc.collect()
    with pytest.raises(ValueError, match="load the saved picture, or paste the table again"):
        data_of(text.removeprefix("data:"))


DAMAGED = (
    "", "points=", "points=1,2*3", "points=1*2", "points=b%%%", "points=bAAAA", "points=held.00",
    "loss=cubic;points=1,2*3,4", "l2=-1;points=1,2*3,4", "l2=x;points=1,2*3,4", "z=1;points=1,2*3,4",
    "points=1,nan*3,4", "points=1,1e30*3,4", "loss=hinge;points=1,2*3,4",
    "points=" + ",".join("1" * 3_000) + "*" + ",".join("1" * 3_000),
)  # fmt: skip


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_text_form_gets_a_sentence(text: str):
    with pytest.raises(ValueError, match=r"^[A-Z].*[.?]$"):
        landscape_of("data:" + text)


@pytest.mark.parametrize("batch_size", [None, 8])
def test_a_point_that_moves_compiles_nothing(compilations, batch_size: int | None):
    """Dragged 50 times, and one more point, and one fewer, within a length; all points at a step, or some."""
    data = drawn(40)
    inputs, targets = data.inputs.copy(), data.targets.copy()
    settings: dict[str, Any] = {"optimizer": "adam", "rate": 0.1, "steps": 50, "batch_size": batch_size}
    run = Run(own_model(data).landscape, **settings)
    descend(run)
    explain(run, 3)
    with compilations.none():
        for move in range(50):
            targets[7] += 3.0
            points = 40 - move % 3
            moved = with_points(data, inputs[:points], targets[:points])
            run = Run(own_model(moved).landscape, **settings)
            descend(run)
            explain(run, 3)


@pytest.mark.parametrize("loss", LOSSES)
def test_mini_batches_are_of_the_points_alone_whatever_the_data_are_padded_to(loss: str):
    """Plain descent by hand, each step on its batch's rows, the gradient by central differences of the formula."""
    for points in (9, SIZES[0] + 1):
        data = variant(drawn(points, LOSSES[loss].is_classification), loss=loss, standardised=True, l2=0.1)
        run = Run(own_model(data).landscape, rate=0.05, steps=20, batch_size=4, seed=2, start=(0.3, -0.2))
        at, walked = np.array(run.start), descend(run).points
        for step, rows in enumerate(batches(points, 4, 20, 2)):
            np.testing.assert_allclose(walked[step], at, rtol=1e-6, atol=1e-7)
            seen = {"inputs": data.descended[rows], "targets": data.targets[rows], "standardised": False}
            batch = SimpleNamespace(**seen, loss=loss, l2=data.l2)
            sides = [[reference(batch, at + sign * 1e-6 * axis) for sign in (1, -1)] for axis in np.eye(2)]
            at = at - 0.05 * np.array([(up - down) / 2e-6 for up, down in sides])


# ------- programs that are taken home


@pytest.mark.parametrize("loss", LOSSES)
def test_exported_programs_hold_the_data_and_walk_the_same_path(loss: str):
    data = variant(drawn(30, LOSSES[loss].is_classification), loss=loss, standardised=True, l2=0.2)
    run = Run(own_model(data).landscape, "momentum", rate=0.02, steps=40, start=(0.4, -0.3), batch_size=None)
    path = descend(run).points
    for write in (pytorch_code, jax_code):
        names: dict = {}
        exec(write(run), names)
        np.testing.assert_allclose(names["points"], path, rtol=1e-9, atol=1e-9)
    small = Run(own_model(data).landscape, rate=0.02, steps=20, start=(0.4, -0.3), batch_size=8, seed=2)
    names = {}
    exec(pytorch_code(small), names)
    np.testing.assert_allclose(names["points"], descend(small).points, rtol=1e-9, atol=1e-9)
    assert batches(30, 8, 20, 2).shape == (20, 8)
    assert re.search(r"inputs = .*\[", pytorch_code(run))
