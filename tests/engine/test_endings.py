"""Every fate, and every sentence that claims something, against the exported program's own walk on random runs.

`python -m tests.engine.test_endings FIRST LAST` asks the seeds from FIRST to LAST - 1 and lists every disagreement.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine import Run, Trajectory, descend, examine, explain
from engine.basis.numerals import number
from engine.basis.numerals import slope as slope_text
from engine.studies.regimes import regimes_of
from tests.engine.endings import Walk, drawn, longer, lowest, rates_ahead, ring, side, walk
from tests.texts import NUMBER, read

CHEAP = 60
"""Runs of the short form."""
MOST_STEPS = 5_000
"""Of a claim about more steps that is walked."""


def parted(path: Trajectory, seen: Walk) -> bool:
    """Whether rounding has led the two apart, as it does every chaotic run; a fate is then no matter of truth."""
    count = min(len(path.points), len(seen.points))
    gap = np.abs(path.points[:count] - seen.points[:count]) / np.maximum(1, np.abs(seen.points[:count]))
    return bool(gap.max() > 1e-7) or abs(len(path.points) - len(seen.points)) > 1


def of_fate(path: Trajectory, seen: Walk) -> Iterator[str]:
    """What the outcome says that the walk does not bear out."""
    run, outcome = path.run, path.outcome
    fate, sentence, points = outcome.fate, outcome.sentence, seen.points
    stop = seen.stop
    rule = {
        "slope": ("converged_gradient", "at_saddle", "at_maximum"),
        "loss": ("converged_loss",),
        "steps": ("budget",),
    }
    if outcome.kind not in rule.get(stop, ("diverged",)):
        yield f"stopped by {stop}"
        return
    if stop != "lost" and outcome.step != len(points) - 1:
        yield f"{len(points) - 1} steps"
    if (fate == "cannot start") != (
        stop == "lost" and len(points) == 1 and not np.isfinite(seen.losses[0] + seen.slopes[0])
    ):
        yield "whether it can start"
    if outcome.arrived and seen.arrives is False:
        yield "no minimum: a side is lower"
    if (
        stop in ("slope", "loss")
        and not outcome.arrived
        and "no side is lower" not in sentence
        and "kink" not in sentence
    ):
        heights = ring(run.landscape, points[-1], 2e-3)
        inner = ring(run.landscape, points[-1], 2e-4)
        far = "not a minimum" in sentence or "no minimum" in sentence or "short of" in sentence
        if inner.min() > 0 and heights.min() > 0 and not far:
            yield "all around is higher"
    if re.search("(global|lowest) minimum", sentence) and outcome.arrived:
        low = lowest(run.landscape)
        if seen.losses[-1] > low + 1e-6 * max(1.0, abs(low)) + seen.slopes[-1] * 1e-3 * side(run.landscape):
            yield f"not global: the window has {low:.6g}"
    if stop == "lost":
        yield from _of_a_loss(path, seen)
        return
    for word, value in (("loss", seen.losses[-1]), ("gradient norm", seen.slopes[-1])):
        text = slope_text(float(value)) if word != "loss" else number(float(value))
        told = re.search(rf"{word} ({NUMBER}|below 10⁻¹⁴)(?=[,;:) ]|\.(?:\s|$))", sentence)
        if told and told[1] != text and not _near(told[1], float(value)):
            yield f"{word} is {text}"
    if stop == "steps":
        yield from _of_motion(path, seen)


def _near(text: str, value: float) -> bool:
    try:
        told = read(text)
    except ValueError:
        return abs(value) < 2e-14
    return abs(told - value) <= 6e-3 * abs(value) + 1e-12


def _of_a_loss(path: Trajectory, seen: Walk) -> Iterator[str]:
    sentence, losses = path.outcome.sentence, seen.losses
    finite = losses[np.isfinite(losses)]
    if "without end" in sentence and not losses[-1] < losses[0]:
        yield "it did not fall"
    if "blows up" in sentence and len(finite) > 1 and np.isfinite(losses[-1]) and losses[-1] < losses[0]:
        yield "it fell"
    told = re.search(rf"grew ({NUMBER})-fold a step", sentence)
    if told:
        last = finite[-4:]
        if not np.all(np.abs(last[1:] / last[:-1] / read(told[1]) - 1) < 0.5):
            yield f"grew by {last[1:] / last[:-1]}"


def _of_motion(path: Trajectory, seen: Walk) -> Iterator[str]:
    run, fate, motion, points = path.run, path.outcome.fate, path.outcome.motion, seen.points
    size = max(float(np.abs(points[-1]).max()), side(run.landscape) / 2)
    last = np.abs(points[-33:] - points[-1]).max()
    still = last <= 16 * np.finfo(float).eps * size if not run.noise else last == 0
    if fate == "at rest" and not still:
        yield f"it moved by {last:.3g} in its last 32 steps"
    if fate in ("still moving", "in a cycle") and len(points) > 33 and still and last <= 4 * np.finfo(float).eps * size:
        yield "it does not move"
    if fate == "at rest" and run.steps <= 400 and run.schedule == "constant":
        further = longer(run, run.steps + 200).points
        if np.abs(further - further[run.steps])[run.steps :].max() > 1e-9 * size:
            yield "it moves on with more steps"
    if fate == "in a cycle":
        period, watched = motion.period, max(16, 2 * motion.period)
        back = np.abs(points[-watched:] - points[-watched - period : -period]).max()
        if back > 1e-6 * motion.width:
            yield f"it does not come back after {period}"
        turn = points[-period:]
        width = max(np.hypot(*(turn - one).T).max() for one in turn)
        if abs(width - motion.width) > 1e-6 * width:
            yield f"it is {width:.3g} wide"
    elif fate == "still moving" and not run.noise and len(points) > 80:
        for period in range(2, 25):
            watched = max(70, 3 * period)
            if len(points) < watched + period:
                break
            again = np.abs(points[-watched:] - points[-watched - period : -period]).max()
            width = np.ptp(points[-period:], axis=0).max()
            if again <= 1e-11 * width and width > 1e-6 * size:
                yield f"it goes round in a cycle of {period}"
                break
    follows = run.optimizer != "rprop"
    low = follows and len(seen.rates) > 0 and seen.rates[-1] < 0.99e-3 * seen.rates.max()
    if fate in ("rate worn out", "rate low for now"):
        if seen.rates[-1] > 1.01e-3 * seen.rates.max():
            yield f"its rate is {seen.rates[-1]:.3g} of {seen.rates.max():.3g}"
        back = rates_ahead(seen, 2 * run.steps)
        risen = run.schedule != "plateau" and bool(np.any(back > 1.01e-3 * seen.rates.max()))
        if risen and fate == "rate worn out":
            yield f"its rate rises after {int(np.argmax(back > 1.01e-3 * seen.rates.max()))} more steps"
        told = re.search(r"rises again from step ([\d,]+) on", path.outcome.sentence)
        if told and risen:
            step = run.steps + int(np.argmax(back > 1.001e-3 * seen.rates.max()))
            if abs(int(told[1].replace(",", "")) - step) > 1:
                yield f"its rate rises from step {step} on"
    elif low and fate in ("still moving", "in a cycle"):
        yield f"its rate is {seen.rates[-1]:.3g}, {seen.rates[-1] / seen.rates.max():.3g} of its largest"


def of_doctor(path: Trajectory, seen: Walk) -> Iterator[str]:
    """What the doctor says that the walk, or another one, does not bear out."""
    told = examine(path)
    run, text, last = path.run, f"{told.sentence} {told.action}", float(seen.losses[-1])
    slack = 1e-9 * max(1.0, abs(last))

    def walked(sentence: str, other: Run, lower: bool = True, arrives: bool = False) -> Iterator[str]:
        if sentence not in text or run.noise:
            return
        end = walk(other)
        lost = end.stop == "lost"
        # Rounding speaks for what is said: "no lower" is wrong where it is lower by more than that.
        bound = last + (slack if lower else -slack)
        ends_lower = not lost and (end.arrives or not np.isfinite(last) or float(end.losses[-1]) < bound)
        if arrives and end.arrives is False:
            yield f'doctor: "{sentence}", and it does not arrive'
        if not arrives and ends_lower != lower:
            yield f'doctor: "{sentence}", and its loss is {end.losses[-1]:.4g}, not {last:.4g}'

    yield from _of_doctor_s_steps(text, path, seen)
    yield from walked("a rate 2 to 5 times lower", replace(run, rate=run.rate / 3))
    yield from walked("a rate 100 times lower.", replace(run, rate=run.rate / 100))
    if told.verdict != "exploding":
        yield from walked("a rate 10 times lower.", replace(run, rate=run.rate / 10))
    yield from walked("a rate 3 times higher ends no lower here", replace(run, rate=3 * run.rate), lower=False)
    again = re.search(r"a rate (\d+) times lower arrives", text)
    if again:
        yield from walked(again[0], replace(run, rate=run.rate / int(again[1])), arrives=True)
    if run.knobs.get("momentum"):
        less = replace(run, knobs={**run.knobs, "momentum": 0.6 * run.knobs["momentum"]})
        yield from walked("First try: less momentum", less)
        yield from walked("a lower rate only slows these swings", replace(run, rate=run.rate / 3), lower=False)
    lengths = np.hypot(*np.diff(seen.points, axis=0).T)
    if "every step overshoots farther than the one before" in text and np.any(np.diff(lengths) <= 0):
        yield "doctor: some steps are shorter than the one before"
    if "where the loss is no finite number" in text and np.isfinite(path.losses[-1]):
        yield "doctor: the loss is finite"
    low = lowest(run.landscape)
    room = 1e-4 * max(1.0, abs(low))
    beside = re.search(rf"the lowest minimum known, ({NUMBER}) above", text)
    if beside and abs(read(beside[1]) - (last - low)) > 0.006 * (last - low):
        yield f"doctor: the window has a loss of {low:.6g}, the end {last:.6g}, {beside[1]} above is said"
    if "the lowest minimum known" in text and not beside and last > low + room:
        yield f"doctor: the window has a loss of {low:.6g}, the end {last:.6g}"
    if "outside the window, lower than every one in it" in text and not last < low:
        yield f"doctor: the window has a loss of {low:.6g}"
    if "at a minimum that is not the lowest" in text and last <= low + 1e-9 * max(1.0, abs(low)):
        yield "doctor: it is the lowest"
    if told.healthy and seen.stop in ("slope", "loss") and seen.arrives is False:
        yield "doctor: healthy, and a side is lower"
    if "Its schedule took the rate away" in text and not seen.rates[-1] <= 1.01e-3 * seen.rates.max():
        yield "doctor: its rate is there"


def _of_doctor_s_steps(text: str, path: Trajectory, seen: Walk) -> Iterator[str]:
    run, last = path.run, float(seen.losses[-1])
    if run.noise:
        return
    told = re.search(r"would (?:arrive|be there) after ([\d,]+) steps?", text)
    if told:
        steps = int(told[1].replace(",", ""))
        if steps <= MOST_STEPS:
            end = longer(run, min(10 * run.steps, 10_000))
            if end.arrives is False or abs(len(end.points) - 1 - steps) > 1:
                yield f"doctor: {told[0]}: {len(end.points) - 1} steps, arrives {end.arrives}"
    told = re.search(r"(would not be there|no lower|nor would it in) ?(?:after )?([\d,]+) steps?", text)
    if told and int(told[2].replace(",", "")) <= MOST_STEPS:
        end = longer(run, int(told[2].replace(",", "")))
        if end.arrives:
            yield f"doctor: {told[0]}: it arrives"
        if told[1] == "no lower" and end.stop != "lost" and end.losses[-1] < last - 1e-9 * max(1.0, abs(last)):
            yield f"doctor: {told[0]}: it ends at {end.losses[-1]:.4g}, not {last:.4g}"
        if told[1] == "would not be there" and not end.losses[-1] < last:
            yield f"doctor: {told[0]}: it is no lower, {end.losses[-1]:.4g} not {last:.4g}"


def _apart(told: tuple[float, float], walked: np.ndarray) -> bool:
    return bool(np.abs(np.array(told) - walked).max() > 1e-7 * max(1, np.abs(walked).max()))


def of_step(path: Trajectory, seen: Walk, step: int) -> Iterator[str]:
    """What One step says of an update that the walk does not bear out."""
    run = path.run
    told = explain(run, step)
    last = len(seen.points) - 1
    if step > last or not np.isfinite(seen.losses[step] + seen.slopes[step]):
        return
    here = seen.points[step]
    if step < last and _apart(told.new, seen.points[step + 1]):
        yield f"one step: it goes to {seen.points[step + 1]}, not {told.new}"
    said = re.match(
        r"∂L/∂(x|y) is (positive|negative) here: a slightly (smaller|larger) \1 has less loss", told.sentence
    )
    if said:
        axis = "xy".index(said[1])
        slope = float(seen.gradients[step][axis])
        if abs(slope) > 1e-13 and (slope > 0) != (said[2] == "positive" and said[3] == "smaller"):
            yield f"one step: {said[0]}: its slope is {slope:.3g}"
        goes = re.search(rf"so {said[1]} (goes|would go) (up|down)", told.sentence)
        if goes and step < last:
            move = seen.points[step + 1][axis] - here[axis]
            if move and (move > 0) != (goes[2] == "up"):
                yield f"one step: {goes[0]}: it moves by {move:.3g}"
        stays = f"but {said[1]} stays where it is" in told.sentence
        if stays and step < last and seen.points[step + 1][axis] != here[axis]:
            yield f"one step: {said[1]} moves"
    if not told.made and step < last:
        yield "one step: it goes on"
    why = told.sentence.partition("The run ends here: ")[2]
    if step == last and why:
        fits = {
            "slope": "gradient norm is below",
            "loss": "loss changed by less",
            "steps": "made",
            "lost": "diverged|breaks|cannot",
        }
        if not re.search(fits[seen.stop], why):
            yield f"one step: {why}: by {seen.stop}"


def of_sweep(run: Run, count: int = 9) -> Iterator[str]:
    """What a sweep says of its own rates that the walks do not bear out."""
    told, regimes = regimes_of(run, 1e-3, 1, count)
    if not told.starts:
        return
    walks = [walk(replace(run, rate=float(rate))) for rate in told.rates]
    # Where two of a chaotic run's walks part by rounding, there is nothing to compare.
    whole = [not parted(descend(one.run), one) for one in walks]
    arrived = [rate for rate, one in zip(told.rates, walks, strict=True) if one.arrives]
    # At a kink or on a line of minima there is no isolated one to arrive at; the sweep says so in other words.
    level = [re.search("kink|level point", descend(one.run).outcome.sentence) is not None for one in walks]
    whole = [sound and not flat for sound, flat in zip(whole, level, strict=True)]
    for rate, one, sound, there, steps in zip(told.rates, walks, whole, told.arrived, told.steps, strict=True):
        if sound and one.arrives is (not there):
            yield f"sweep: at {rate:.3g} arrived is {bool(there)}, walked {one.arrives}"
        if sound and there and abs(int(steps) - len(one.points) + 1) > 1:
            yield f"sweep: at {rate:.3g} {int(steps)} steps, walked {len(one.points) - 1}"
    if "arrives at no minimum" in regimes.sentence and any(level):
        yield f"sweep: {regimes.sentence}: {sum(level)} stop where no side is lower"
    if not all(whole) or any(one.arrives is None for one in walks):
        return
    said = re.search(r"fastest of these \d+ at ([\d.e−-]+) in ([\d,]+) step", regimes.sentence)
    if said:
        fewest = min((len(one.points) - 1 for one in walks if one.arrives), default=0)
        if abs(int(said[2].replace(",", "")) - fewest) > 1:
            yield f"sweep: {said[0]}, walked {fewest}"
    if ("at no minimum" in regimes.sentence) != (not arrived):
        yield f"sweep: {regimes.sentence}: {len(arrived)} arrive"
    beyond = re.search(r"above ([\d.e−-]+) (?:all|the only)", regimes.sentence)
    if beyond:
        edge = float(beyond[1].replace("−", "-"))
        for one in walks:
            lower = one.stop != "lost" and one.losses[-1] < one.losses[0] - 1e-9 * max(1.0, abs(one.losses[0]))
            if one.run.rate > 1.01 * edge and lower:
                yield f"sweep: {beyond[0]}: at {one.run.rate:.3g} it ends lower"


def disagreements(seed: int, few: bool = False, sweeps: bool = False) -> tuple[str, list[str]]:
    """The run's fate ("parted" where rounding leads it astray), and everything said of it that is not so."""
    run = drawn(seed, few)
    path, seen = descend(run), walk(run)
    if parted(path, seen):
        return "parted", []
    steps = {0, len(seen.points) - 1, seed % len(seen.points)}
    found = [*of_fate(path, seen), *of_doctor(path, seen)]
    for step in steps:
        found += of_step(path, seen, step)
    if sweeps and not run.noise:
        found += of_sweep(replace(run, steps=min(run.steps, 150)))
    return path.outcome.fate.split(" at ")[0], found


def test_nothing_that_is_said_of_random_runs_is_false():
    fates, wrong = Counter(), {}
    for seed in range(CHEAP):
        fate, found = disagreements(seed, few=True, sweeps=seed < 3)
        fates[fate] += 1
        if found:
            wrong[seed] = (drawn(seed, few=True), found)
    assert not wrong, wrong
    assert fates["parted"] <= 0.1 * CHEAP
    assert {"arrives", "still moving", "blows up", "rate worn out"} <= set(fates), fates


def main() -> None:
    """The long form: every surface, and a sweep for one seed in ten."""
    first, end = (int(text) for text in sys.argv[1:3])
    fates, bad = Counter(), 0
    for seed in range(first, end):
        fate, found = disagreements(seed, sweeps=seed % 10 == 0)
        fates[fate] += 1
        bad += bool(found)
        if found:
            run = drawn(seed)
            sys.stdout.write(
                f"{seed}: {run.landscape.key} {run.optimizer} {run.rate:g} {run.schedule} from {run.start}, "
                f"{run.steps} steps\n  {descend(run).outcome.sentence}\n"
            )
            told = examine(descend(run))
            sys.stdout.write(f"  {told.verdict}: {told.sentence} {told.action}\n")
            sys.stdout.write("".join(f"  - {one}\n" for one in found))
            sys.stdout.flush()
    sys.stdout.write(f"{end - first} runs, {bad} with a disagreement; {dict(fates)}\n")


if __name__ == "__main__":
    main()
