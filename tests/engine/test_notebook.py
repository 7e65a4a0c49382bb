"""A run as a notebook: its cells run from top to bottom in a kernel of their own, and walk the engine's path."""

import json
import re

import numpy as np
import pytest

from engine import OPTIMIZERS, Run, descend
from engine.export import jax_code, notebook_text, pytorch_code


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_its_programs_are_those_that_are_handed_out(optimizer: str):
    run = Run("himmelblau", optimizer, steps=20)
    cells = [cell["source"] for cell in json.loads(notebook_text(run))["cells"]]
    for write, cell in ((pytorch_code, cells[2].removesuffix("\ntorch_points = points")), (jax_code, cells[4])):
        assert write(run).partition("\n")[2].strip() == cell


def test_it_says_how_the_run_ended_and_what_to_install():
    run = Run("himmelblau", "adam", rate=0.05, steps=30)
    first = json.loads(notebook_text(run))["cells"][0]["source"]
    assert first.startswith("# Adam on Himmelblau\n")
    assert descend(run).outcome.sentence in first
    assert "%pip install torch jax numpy plotly" in first


def test_a_surface_that_is_no_formula_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="is not a formula"):
        notebook_text(Run("network:depth=3;width=4", steps=3))


def test_it_is_a_notebook_and_runs_from_top_to_bottom():
    """Needs requirements-dev.txt as it is now: nbclient, nbformat and a kernel."""
    nbformat = pytest.importorskip("nbformat", reason="pip install -r requirements-dev.txt")
    nbclient = pytest.importorskip("nbclient", reason="pip install -r requirements-dev.txt")
    run = Run("rosenbrock", "momentum", rate=0.0005, steps=60, noise=0.1, seed=3)
    book = nbformat.reads(notebook_text(run), as_version=4)
    nbformat.validate(book)
    book.cells.append(nbformat.v4.new_code_cell("print(torch_points[-1], points[-1])"))
    nbclient.NotebookClient(book, timeout=300).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    (figure,) = (output.data for output in outputs if output.output_type == "display_data")
    shown = figure["application/vnd.plotly.v1+json"]["data"]
    assert [trace["type"] for trace in shown] == ["contour", "scatter"]
    ends = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", outputs[-1].text)]
    np.testing.assert_allclose(ends, [*descend(run).points[-1]] * 2, rtol=1e-9)
