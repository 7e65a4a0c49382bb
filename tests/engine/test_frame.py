"""The bytes of an answer."""

import json
import struct

import numpy as np
import pytest

from engine.frame import Frame, matrix, note, opened


def test_layout_is_the_contract_s():
    """Read with struct and json alone, as a client of another language would."""
    frame = Frame()
    where = {"points": frame.place([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), "losses": frame.place([7.0, 8.0, 9.0])}
    sent = frame.sealed({"seq": 7, "arrays": where})

    (length,) = struct.unpack_from("<I", sent)
    header = json.loads(sent[4 : 4 + length].decode("ascii"))

    assert length % 8 == 0
    assert header == {"seq": 7, "arrays": {"points": [0, 3, 2], "losses": [24, 3, 1]}}
    assert struct.unpack_from("<6f", sent, 4 + length) == (1, 2, 3, 4, 5, 6)
    assert struct.unpack_from("<3f", sent, 4 + length + 24) == (7, 8, 9)
    assert len(sent) == 4 + length + 36


@pytest.mark.parametrize("extra", range(9))
def test_header_is_padded_with_spaces_to_eight(extra: int):
    sent = note({"seq": 1, "pad": "x" * extra})
    (length,) = struct.unpack_from("<I", sent)
    text = sent[4 : 4 + length]
    assert length % 8 == 0
    assert len(text) - len(text.rstrip(b" ")) < 8
    assert json.loads(text)["pad"] == "x" * extra


def test_header_is_ascii_whatever_it_says():
    sent = note({"error": "λ_max ≥ 2 – ≈"})
    assert sent[4:].isascii()
    assert opened(sent)[0]["error"] == "λ_max ≥ 2 – ≈"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_header_never_holds_what_is_no_json(value: float):
    with pytest.raises(ValueError, match="JSON"):
        note({"rate": value})


def test_arrays_keep_infinities_and_a_loss_beyond_float32_becomes_one():
    frame = Frame()
    where = frame.place(np.array([1e300, -1e300, np.inf, np.nan, 1.5]))
    _, body = opened(frame.sealed({}))
    np.testing.assert_array_equal(matrix(body, where)[:, 0], np.float32([np.inf, -np.inf, np.inf, np.nan, 1.5]))


def test_an_array_of_no_rows_has_its_place():
    frame = Frame()
    assert frame.place(np.zeros(0)) == [0, 0, 1]
    assert frame.place(np.zeros((2, 2))) == [0, 2, 2]
