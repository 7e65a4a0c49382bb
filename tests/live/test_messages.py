"""What is refused, with which words; and what is read."""

import json
import re
from types import SimpleNamespace

import pytest

from engine import Run
from live.queries.fields import any_run_of
from live.queries.kinds import KINDS
from live.queries.kinds.fastest import Fastest
from live.queries.kinds.runs import Descents
from live.queries.limits import LIMITS
from live.queries.message import decoded, query, seq_of
from live.queries.refusal import Refusal

BOWL = {"landscape": "bowl"}
STRANGER = "\u202e\x1b[31m" + "é" * 500


def read(message):
    told = decoded(message if isinstance(message, str | bytes) else json.dumps(message))
    seq_of(told)
    return query(told)


def run(**settings):
    return {"seq": 1, "runs": [{**BOWL, **settings}]}


def step(**changes):
    return {"seq": 1, "kind": "step", "run": BOWL, "step": 3, **changes}


def point(**changes):
    return {"seq": 1, "kind": "point", "landscape": "bowl", "position": [1, 2], **changes}


def arrows(**changes):
    window = [[-1, 1], [0, 2]]
    return {"seq": 1, "kind": "field", "landscape": "bowl", "window": window, "columns": 9, "rows": 5, **changes}


# What is sent, and words that its sentence must have: what was expected, what came, or what to do.
REFUSED = {
    "nothing": ("", "no whole JSON"),
    "half": ('{"seq": 1, "runs": [{"landscape": "bo', "character"),
    "no json": ("hello", "no whole JSON"),
    "binary": (b'{"seq": 1}', "binary"),
    "list": ([1, 2], "object"),
    "number": ("3", "object"),
    "too large": ('{"seq": 1, "x": "' + "a" * LIMITS.message_bytes + '"}', f"{LIMITS.message_bytes:,}"),
    "too large in bytes": (
        '{"seq": 1, "x": "' + "é" * (LIMITS.message_bytes // 2 + 1) + '"}',
        f"{LIMITS.message_bytes:,}",
    ),
    "deep": ("[" * 30_000 + "]" * 30_000, "nested too deeply"),
    "deep objects": ('{"a":' * 9_000 + "1" + "}" * 9_000, "nested too deeply"),
    "as deep as is read": ("[" * LIMITS.brackets + "]" * LIMITS.brackets, "object"),
    "NaN": ('{"seq": 1, "runs": [{"landscape": "bowl", "rate": NaN}]}', "NaN"),
    "Infinity": ('{"seq": 1, "runs": [{"landscape": "bowl", "rate": Infinity}]}', "Infinity"),
    "-Infinity": ('{"seq": 1, "runs": [{"landscape": "bowl", "start": [-Infinity, 0]}]}', "-Infinity"),
    "1e999": ('{"seq": 1, "runs": [{"landscape": "bowl", "rate": 1e999}]}', "1.8e308"),
    "long number": ('{"seq": 1, "runs": [{"landscape": "bowl", "steps": ' + "9" * 5000 + "}]}", "1.8e308"),
    "no seq": ({"runs": [BOWL]}, "seq"),
    "seq text": ({"seq": "7", "runs": [BOWL]}, "seq"),
    "seq true": ({"seq": True, "runs": [BOWL]}, "seq"),
    "seq negative": ({"seq": -1, "runs": [BOWL]}, "seq"),
    "seq beyond 2^53": ({"seq": 2**53, "runs": [BOWL]}, "seq"),
    "unknown key": ({"seq": 1, "run5": [BOWL], "runs": [BOWL]}, "'runs'"),
    "unknown kind": ({"seq": 1, "kind": "fastets", "run": BOWL}, "'fastest'"),
    "kind list": ({"seq": 1, "kind": ["runs"], "runs": [BOWL]}, "kind"),
    "no runs": ({"seq": 1}, "got none"),
    "empty runs": ({"seq": 1, "runs": []}, "1 to 16"),
    "runs an object": ({"seq": 1, "runs": BOWL}, "1 to 16"),
    "17 runs": ({"seq": 1, "runs": [BOWL] * 17}, "1 to 16"),
    "run a number": ({"seq": 1, "runs": [3]}, "object"),
    "focus outside": ({"seq": 1, "runs": [BOWL], "focus": 1}, "focus"),
    "focus text": ({"seq": 1, "runs": [BOWL], "focus": "0"}, "focus"),
    "too many names": ({"seq": 1, "runs": [BOWL], "names": ["a", "b"]}, "names"),
    "names no list": ({"seq": 1, "runs": [BOWL], "names": "ab"}, "names"),
    "a name no text": ({"seq": 1, "runs": [BOWL], "names": [1]}, "names"),
    "a long name": ({"seq": 1, "runs": [BOWL], "names": ["a" * 41]}, "40 letters"),
    "no landscape": ({"seq": 1, "runs": [{"rate": 0.1}]}, "landscape"),
    "landscape null": (run(landscape=None), "landscape"),
    "landscape misspelt": (run(landscape="himelblau"), "'himmelblau'"),
    "formula broken": (run(landscape="formula:x**2 +"), "formula"),
    "formula hostile": (run(landscape="formula:__import__('os').system('id')"), ""),
    "key misspelt": (run(optimiser="adam"), "'optimizer'"),
    "optimizer misspelt": (run(optimizer="adm"), "'adam'"),
    "optimizer a list": (run(optimizer=[1]), "optimizer"),
    "schedule misspelt": (run(schedule="cosin"), "'cosine'"),
    "knob misspelt": (run(optimizer="adam", knobs={"beta_1": 0.9}), "'beta1'"),
    "knob of another": (run(knobs={"beta1": 0.9}), "beta1"),
    "knob outside": (run(optimizer="momentum", knobs={"momentum": 5}), "5"),
    "knobs a list": (run(knobs=[0.9]), "knobs"),
    "rate 0": (run(rate=0), "above 0"),
    "rate negative": (run(rate=-0.1), "above 0"),
    "rate text": (run(rate="0.1"), "number"),
    "rate true": (run(rate=True), "number"),
    "start one number": (run(start=[1]), "start"),
    "start text": (run(start=["1", 2]), "start"),
    "steps 0": (run(steps=0), "steps"),
    "steps half": (run(steps=2.5), "whole"),
    "steps beyond the wire": (run(steps=10_001), "10,000"),
    "steps a million": (run(steps=1_000_000), "steps"),
    "tolerance negative": (run(gradient_tolerance=-1), "0 or more"),
    "noise negative": (run(noise=-1), "0 or more"),
    "seed too large": (run(seed=2**32), "seed"),
    "clip 0": (run(clip_norm=0), "above 0"),
    "window reversed": (run(window=[3, -3, -3, 3]), "window"),
    "window of three": (run(window=[0, 1, 2]), "window"),
    "window text": (run(window="-3,3,-3,3"), "window"),
    "no run": ({"seq": 1, "kind": "fastest"}, '"run"'),
    "runs for fastest": ({"seq": 1, "kind": "fastest", "runs": [BOWL]}, "'run'"),
    "no step": (step(step=None), "needs 'step'"),
    "no run for a step": ({"seq": 1, "kind": "step", "step": 1}, "needs 'run'"),
    "step negative": (step(step=-1), "whole number from 0"),
    "step half": (step(step=1.5), "1.5"),
    "step true": (step(step=True), "True"),
    "step text": (step(step="3"), "whole number"),
    "step beyond 2^53": (step(step=2**53), "whole number"),
    "step of too long a run": (step(run={**BOWL, "steps": 20_000}), "10,000"),
    "step of a misspelt run": (step(run={**BOWL, "optimizer": "adm"}), "'adam'"),
    "step of many runs": ({"seq": 1, "kind": "step", "runs": [BOWL], "step": 1}, "'run'"),
    "no position": (point(position=None), "needs 'position'"),
    "position of three": (point(position=[1, 2, 3]), "pair"),
    "position text": (point(position="1,2"), "pair"),
    "position of texts": (point(position=["1", 2]), "number"),
    "position true": (point(position=[True, 2]), "number"),
    "point nowhere": (point(landscape="himelblau"), "'himmelblau'"),
    "point without a landscape": (point(landscape=None), "needs 'landscape'"),
    "point in a run": (point(run=BOWL), "run"),
    "no window": (arrows(window=None), "needs 'window'"),
    "window of a field reversed": (arrows(window=[[1, -1], [0, 1]]), "lower to a higher"),
    "window of a field a number": (arrows(window=3), "window"),
    "one column": (arrows(columns=1), "from 2 to 40"),
    "41 rows": (arrows(rows=41), "from 2 to 40"),
    "rows half": (arrows(rows=2.5), "2.5"),
    "rows true": (arrows(rows=True), "True"),
    "columns text": (arrows(columns="9"), "columns"),
    "field of a broken formula": (arrows(landscape="formula:x**2 +"), "formula"),
}


@pytest.mark.parametrize(("message", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals_say_what_is_wrong(message, words: str):
    with pytest.raises(Refusal) as refusal:
        read(message)
    sentence = str(refusal.value)
    assert words in sentence.replace('"', "'") or words in sentence
    assert sentence[0].isupper() or sentence[0] == '"'
    assert sentence[-1] in ".?"
    assert len(sentence) <= LIMITS.sentence


@pytest.mark.parametrize(
    "message",
    [
        {"seq": STRANGER},
        {"seq": 1, "kind": STRANGER},
        {"seq": 1, STRANGER: 1},
        {"seq": 1, "runs": STRANGER},
        {"seq": 1, "runs": [STRANGER]},
        {"seq": 1, "runs": [BOWL], "focus": STRANGER},
        *(run(**{key: STRANGER}) for key in ("landscape", "optimizer", "rate", "start", "knobs", "window", "seed")),
        run(landscape="formula:" + STRANGER),
        run(landscape="formula:x + " + STRANGER),
        run(knobs={STRANGER: 1}),
        run(**{STRANGER: 1}),
        run(start=[STRANGER, STRANGER]),
        step(step=STRANGER),
        step(run=STRANGER),
        point(position=[STRANGER, STRANGER]),
        *(arrows(**{key: STRANGER}) for key in ("landscape", "window", "columns", "rows")),
    ],
)
def test_what_a_stranger_sends_comes_back_as_forty_plain_characters_at_most(message):
    with pytest.raises(Refusal) as refusal:
        read(message)
    sentence = str(refusal.value)
    assert sentence.isascii()
    assert sentence.isprintable()
    # 40 characters hold fewer than ten escapes of four or six; every quote of the sentence stays within them.
    assert max(map(len, re.findall(r"(?:\\x..|\\u....)+", sentence)), default=0) <= 40


def test_several_runs_say_which_one_is_refused():
    with pytest.raises(Refusal, match=r"^Run 2 of 3: "):
        read({"seq": 1, "runs": [BOWL, {**BOWL, "rate": 0}, BOWL]})


def test_the_wire_s_words_are_the_engine_s():
    """The same keywords and defaults as `Run`, so that link, wire and engine cannot part."""
    asked = read(
        {
            "seq": 3,
            "runs": [
                BOWL,
                {
                    "landscape": "himmelblau",
                    "optimizer": "adam",
                    "start": [-4, 0],
                    "rate": 0.05,
                    "knobs": {"beta1": 0.8},
                    "schedule": "cosine",
                    "schedule_knobs": {"t_max": 200},
                    "steps": 700,
                    "gradient_tolerance": 0,
                    "loss_tolerance": 1e-9,
                    "noise": 0.5,
                    "seed": 2**32 - 1,
                    "clip_norm": 1,
                    "clip_value": None,
                },
            ],
            "focus": 1,
        }
    )
    assert asked == Descents(
        3,
        (
            Run("bowl"),
            Run(
                "himmelblau",
                "adam",
                (-4, 0),
                0.05,
                {"beta1": 0.8},
                "cosine",
                {"t_max": 200},
                700,
                0,
                1e-9,
                0.5,
                2**32 - 1,
                1,
                None,
            ),
        ),
        1,
    )


def test_a_null_start_is_the_landscape_s_own():
    assert read(run(start=None)) == Descents(1, (Run("bowl"),))


@pytest.mark.parametrize("window", [[-1, 1, -2, 2], [[-1, 1], [-2, 2]]])
def test_a_window_changes_the_view_and_not_the_program(window):
    asked = read(run(window=window)).runs[0].landscape
    assert asked.window == ((-1, 1), (-2, 2))
    assert asked.loss is Run("bowl").landscape.loss


def test_formulas_are_landscapes():
    asked = read(run(landscape="formula:x**2 + 3*y**2", start=[1, 1]))
    assert float(asked.runs[0].landscape.loss(asked.runs[0].start)) == 4.0


def test_values_of_parameters_stand_behind_a_landscape():
    asked = read(run(landscape="formula:a*x**2 + 3*y**2@a=2", start=[1, 1]))
    assert float(asked.runs[0].landscape.loss(asked.runs[0].start)) == 5.0
    (one, other) = (read(run(landscape=f"ravine@kappa={kappa}")) for kappa in (3, 400))
    assert [need.key for need in one.needs] == [need.key for need in other.needs], "they share programs"
    with pytest.raises(Refusal, match="must be a number from 1 to 1000; got nan"):
        read(run(landscape="ravine@kappa=nan"))


def test_the_fastest_rate_is_a_question_of_its_own():
    assert read({"seq": 2, "kind": "fastest", "run": {**BOWL, "steps": 50}}) == Fastest(2, Run("bowl", steps=50))


def test_the_largest_message_allowed_is_read():
    """16 runs with everything set stay far below both bounds on a message's size."""
    full = {
        "landscape": "himmelblau",
        "window": [[-6, 6], [-6, 6]],
        "optimizer": "adam",
        "start": [1.2345678901234567, -1.2345678901234567],
        "knobs": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        "schedule": "plateau",
        "schedule_knobs": {"factor": 0.1},
        "steps": LIMITS.steps,
        "seed": 1,
    }
    assert len(read({"seq": 1, "runs": [full] * LIMITS.runs}).runs) == LIMITS.runs


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_is_answered(kind: str):
    """What a refusal tells to ask is a message that is taken, and its answer says what was asked."""
    asked = query({"seq": 5, "kind": kind, **KINDS[kind].example})
    assert asked.kind == kind
    answer = asked.answer()
    length = int.from_bytes(answer[:4], "little")
    header = json.loads(answer[4 : 4 + length])
    assert header["seq"] == 5
    assert header.get("kind", "runs") == kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_without_one_of_its_keys_is_told_the_example(kind: str):
    whole = {"seq": 5, "kind": kind, **KINDS[kind].example}
    for name in KINDS[kind].example:
        with pytest.raises(Refusal, match=f'needs "{name}"; got none.') as refusal:
            query({**whole, name: None})
        assert json.dumps(KINDS[kind].example) in str(refusal.value)


def test_a_question_that_is_too_large_says_about_how_long_it_would_take(monkeypatch):
    """Some 10⁷ steps of a formula are made in a second."""
    large = SimpleNamespace(query=lambda seq, message: SimpleNamespace(steps=2 * LIMITS.answer_steps))
    monkeypatch.setattr("live.queries.message.KINDS", {"large": large})
    with pytest.raises(Refusal, match="would take some 6 seconds"):
        read({"seq": 1, "kind": "large"})


def test_branches_are_asked_for_where_they_are_answered_and_refused_where_whole_runs_are_measured():
    before = [{"until": 4, "optimizer": "adam", "rate": 0.1}]
    run = {"landscape": "bowl", "before": before}
    asked = query({"seq": 1, "runs": [run]})
    assert asked.runs[0].begin == 4
    assert {need.work for need in asked.needs} == {"descent"}
    for kind in (key for key, one in KINDS.items() if {"run", "runs"} & {field.name for field in one.fields}):
        example = KINDS[kind].example
        asks = {"run": run} if "run" in example else {"runs": [run]}
        message = {"seq": 1, "kind": kind, **example, **asks}
        if kind in ("runs", "step", "cut", "export", "fastest"):
            assert query(message)
        else:
            with pytest.raises(Refusal, match="a branch from step 4"):
                query(message)
    gone = {"landscape": "bowl", "rate": 0.1, "steps": 100, "before": [{"until": 90, "rate": 0.25}]}
    with pytest.raises(Refusal, match="ends before step 90, where the branch begins"):
        query({"seq": 1, "kind": "fastest", "run": gone}).answer()


@pytest.mark.parametrize("before", [3, "adam", [3], [{}], [{"until": -1}], [{"until": 5}, {"until": 5}], [{"x": 1}]])
def test_what_is_no_branch_is_refused_with_a_sentence(before):
    with pytest.raises(Refusal, match=r"[a-z].*[.?]"):
        query({"seq": 1, "runs": [{"landscape": "bowl", "before": before}]})


def test_a_drag_reads_the_same_run_from_each_start():
    """What was read before is kept, the start is not; and what differs in a letter is another run."""
    told = {"landscape": "ravine", "optimizer": "adam", "rate": 0.1, "knobs": {"beta1": 0.5}}
    for start in ([1, 2], [1.5, -0.0], [1, 2]):
        assert any_run_of("run", {**told, "start": start}) == Run("ravine", "adam", start, 0.1, {"beta1": 0.5})
    assert any_run_of("run", told) == Run("ravine", "adam", None, 0.1, {"beta1": 0.5})
    assert any_run_of("run", {**told, "rate": 1, "start": [1, 2]}).rate == 1.0
    with pytest.raises(Refusal, match="learning rate must be a number"):
        any_run_of("run", {**told, "rate": True, "start": [1, 2]})
    with pytest.raises(Refusal, match="must be a pair"):
        any_run_of("run", {**told, "start": "here"})
