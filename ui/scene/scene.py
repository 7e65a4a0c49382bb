"""The whole state of a picture: one landscape, one start, and a lane for each run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine import OPTIMIZERS, Run, check_field, landscape_of
from engine.runs.phase import SETTINGS
from engine.runs.run import points_of
from engine.studies.races import CRITERIA, RULES
from i18n import joined, message
from landscapes import LANDSCAPES, Landscape
from landscapes.on_data import cost_of
from landscapes.record import Point, Window, checked_window
from ui.scene.branches import faults, kept, rearranged, way_to, without_faults
from ui.scene.lane import Lane
from ui.scene.own_points import on_moved_points
from ui.scene.parameters import moved_by

MOST_STEPS = 10_000
"""Of one lane: what the wire takes, and the rows of the noise array."""
MOST_LANES = 16
MOST_WORK = 20_000_000
"""Steps of a formula that all lanes together may cost: two seconds of a core. Only trained networks come near it."""
VIEWS = ("map", "surface", "cut")
LOOKS = ("view", "lecture", "axes")
"""What the hand can change of how a picture is looked at, whatever it shows."""
"""The last is the curve of a surface in one variable; another surface shows the map."""

# The fields that every lane shares, as they stand in the link and on the wire; all but the start have Run's defaults.
SHARED = ("steps", "gradient_tolerance", "loss_tolerance", "noise", "seed", "clip_norm", "clip_value", "batch_size")


@dataclass(frozen=True)
class Scene:
    """What a link says. `start` and `window` None are the landscape's own, `playhead` None the end of the run."""

    landscape: Landscape
    lanes: tuple[Lane, ...]
    window: Window | None = None
    start: Point | None = None
    steps: int = 500
    gradient_tolerance: float = 1e-6
    loss_tolerance: float = 0.0
    noise: float = 0.0
    seed: int = 0
    clip_norm: float | None = None
    clip_value: float | None = None
    batch_size: int | None = None
    focus: int = 0
    playhead: int | None = None
    view: str = "map"
    lecture: bool = False
    axes: bool = True
    """Whether numbers stand along the edges of map and surface."""
    rule: str = "best_rate"
    """Under which the page Race lets the lanes run."""
    criterion: str = "loss"
    """By which it orders them."""
    door: str | None = None
    """Of the start page, whose task is shown above the picture."""

    def __post_init__(self) -> None:
        if any(lane.branch for lane in self.lanes):
            object.__setattr__(self, "lanes", without_faults(self.lanes))

    def affordable(self) -> Scene:
        """The scene itself. Raises ValueError with a sentence if its runs would keep a visitor waiting."""
        cost = cost_of(self.landscape.loss) * len(self.lanes)
        if self.steps * cost > MOST_WORK:
            raise ValueError(
                message(
                    "On this surface each step asks a whole network: {methods} methods may make {most} steps, got "
                    "{got}. It stays as it was; take fewer steps or methods.",
                    methods=len(self.lanes),
                    most=f"{MOST_WORK // cost:,}",
                    got=f"{self.steps:,}",
                )
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """What the visitor calls the lanes; empty where one goes by its optimizer."""
        return tuple(lane.name for lane in self.lanes)

    def runs(self, branched: bool = True) -> list[Run]:
        """One run a lane; where not `branched`, each from the start, as on pages that measure whole runs."""
        shared = {name: getattr(self, name) for name in SHARED}
        return [
            Run(
                self.landscape,
                optimizer=lane.optimizer,
                start=self.start,
                rate=lane.rate,
                knobs=lane.knobs,
                schedule=lane.schedule,
                schedule_knobs=lane.schedule_knobs,
                before=way_to(self.lanes, place) if branched else (),
                **shared,
            )
            for place, lane in enumerate(self.lanes)
        ]

    @property
    def picked(self) -> tuple[Any, ...]:
        """What the pickers beside the stage show of it: all but places, rates, knobs and what is looked at."""
        methods = tuple((lane.optimizer, lane.schedule, lane.schedule_knobs["warmup_steps"] > 0) for lane in self.lanes)
        shared = tuple(getattr(self, name) for name in SHARED)
        return self.landscape.key, self.window, methods, *shared

    def with_landscape(self, landscape: Landscape) -> Scene:
        """The same methods on another surface, from that surface's own start, shown to the end."""
        fits = self.batch_size is not None and self.batch_size <= points_of(landscape)
        batch_size = self.batch_size if fits else None
        # A door's task is about its own surface.
        door = self.door if landscape.text == self.landscape.text else None
        view = "cut" if landscape.is_of_one_variable else "map" if self.view == "cut" else self.view
        return replace(
            self,
            landscape=landscape,
            window=None,
            start=None,
            playhead=None,
            batch_size=batch_size,
            door=door,
            view=view,
        )

    def with_optimizers(self, keys: list[str]) -> Scene:
        """Lanes of exactly these optimizers. Those that stay keep all; new ones take the focused rate and schedule.

        Raises ValueError with a sentence where the picture is full.
        """
        model = self.lanes[self.focus]
        lanes = list(kept(self.lanes, [lane for lane in self.lanes if lane.optimizer in keys]))
        known = {lane.optimizer for lane in lanes}
        for key in keys:
            if key not in known:
                new = replace(model, optimizer=key, knobs={}, name="", look=None, hidden=False, branch=None)
                lanes.insert(_place_of(new, lanes), new)
        if len(lanes) > MOST_LANES:
            told = {"most": MOST_LANES, "got": len(lanes)}
            raise ValueError(message("A picture holds at most {most} runs, got {got}. Remove one first.", **told))
        focus = next((place for place, lane in enumerate(lanes) if lane is model), 0)
        return replace(self, lanes=rearranged(self.lanes, lanes), focus=focus)

    def changed_by(self, run: Run) -> list[str]:
        """The settings shared by all lanes that this run has otherwise."""
        mine = self.runs()[self.focus]
        return [name for name in ("start", *SHARED) if getattr(mine, name) != getattr(run, name)]

    def fits_beside(self, run: Run) -> bool:
        """Whether this run can stand beside the lanes there are: it shares their settings, and there is room."""
        try:
            replace(self, lanes=(*self.lanes, Lane.of(run))).affordable()
        except ValueError:
            return False
        return not self.changed_by(run) and len(self.lanes) < MOST_LANES

    def with_run(self, run: Run) -> Scene:
        """With this run in focus: beside the other lanes if it fits there, else as the focused lane, shared by all."""
        lane = Lane.of(run)
        others = list(self.lanes)
        if not self.fits_beside(run):
            del others[self.focus]
        focus = _place_of(lane, others)
        lanes = [*others[:focus], lane, *others[focus:]]
        shared = {name: getattr(run, name) for name in SHARED}
        start = None if tuple(run.start) == tuple(self.landscape.start) else run.start
        return replace(self, lanes=rearranged(self.lanes, lanes), focus=focus, start=start, playhead=None, **shared)

    def with_branch(self, run: Run) -> Scene:
        """With the branch in focus going on as this run does, from where it begins."""
        lanes = list(self.lanes)
        settings = {name: getattr(run, name) for name in SETTINGS}
        lanes[self.focus] = replace(lanes[self.focus], **settings)
        return replace(self, lanes=tuple(lanes), playhead=None)

    def without_lane(self, place: int) -> Scene:
        """Without the lane at this place, which is not in focus."""
        focused = self.lanes[self.focus]
        lanes = kept(self.lanes, self.lanes[:place] + self.lanes[place + 1 :])
        focus = next((at for at, lane in enumerate(lanes) if lane is focused), 0)
        return replace(self, lanes=rearranged(self.lanes, lanes), focus=focus)

    def with_schedule(self, key: str) -> Scene:
        """Every lane under this schedule."""
        return replace(self, lanes=tuple(lane.with_schedule(key) for lane in self.lanes))

    def with_warm_up(self, steps: int) -> Scene:
        """Every lane with a warm-up of that many steps; 0 is none."""
        return replace(self, lanes=tuple(lane.with_warm_up(steps) for lane in self.lanes))

    def moved_by(self, hand: Mapping[str, Any]) -> Scene:
        """What the hand on the stage left behind, as far as it fits: pickers may have changed things meanwhile.

        On another surface than the hand's only the runs are, and how the picture is looked at where the hand has
        changed that itself. Lanes that the stage itself has added, removed or moved
        are taken where the scene's are of one of the `shapes` that the stage has seen or told.
        Raises ValueError with a sentence for values that are no settings; the scene is then unchanged.
        """
        on_points = on_moved_points(self.landscape, hand["landscape"])
        if on_points is not None:  # seen through the same window: it is the valley that moves
            return replace(self, landscape=on_points, window=self.window or self.landscape.window).moved_by(
                {**hand, "landscape": on_points.text}
            )
        landscape = moved_by(self.landscape, hand)
        scene = self
        if landscape is not None:
            start = check_field("start", hand["start"])
            start = None if start == tuple(self.landscape.start) else start
            scene = replace(self, landscape=landscape, start=start)
        lanes = _checked([Lane(**values) for values in hand["lanes"]])
        if _shape(self.lanes) in (_shape(lanes), *hand.get("shapes", ())):
            kept = lanes
        elif [lane.optimizer for lane in lanes] == [lane.optimizer for lane in self.lanes]:
            kept = _merged(self.lanes, lanes)
        else:
            return replace(scene, lanes=_merged(self.lanes, lanes))
        focus = int(hand["focus"])
        playhead = None if hand["playhead"] is None else int(hand["playhead"])
        if not 0 <= focus < len(kept) or (playhead is not None and not 0 <= playhead <= MOST_STEPS):
            raise ValueError(message("The stage sent a lane or a step that does not exist; reload the page."))
        if landscape is None:
            return replace(scene, lanes=kept, focus=focus)._looked_at(hand)
        view = hand.get("view", self.view)
        if view not in VIEWS:
            raise ValueError(message("The stage sent a view that does not exist; reload the page."))
        lecture, axes = (bool(hand.get(name, getattr(self, name))) for name in ("lecture", "axes"))
        batch_size = check_field("batch_size", hand.get("batch_size", self.batch_size))
        scene = replace(scene, batch_size=batch_size if points_of(self.landscape) else None)
        scene = replace(scene, steps=min(check_field("steps", hand.get("steps", self.steps)), MOST_STEPS))
        rule, criterion = hand.get("rule", self.rule), hand.get("criterion", self.criterion)
        if rule not in RULES or criterion not in CRITERIA:
            raise ValueError(message("The stage sent a rule that does not exist; reload the page."))
        scene = replace(scene, rule=rule, criterion=criterion, axes=axes)
        door = self.door if hand.get("door", self.door) else None  # the stage can put the task away, and no more
        return replace(scene, lanes=kept, focus=focus, playhead=playhead, view=view, lecture=lecture, door=door)

    def _looked_at(self, hand: Mapping[str, Any]) -> Scene:
        """The same, seen as the hand has turned it while another surface was on its way to it."""
        turned = {name: hand[name] for name in LOOKS if name in hand.get("looked", ()) and name in hand}
        view = turned.get("view", self.view)
        if view not in VIEWS:
            raise ValueError(message("The stage sent a view that does not exist; reload the page."))
        if view == "cut" and not self.landscape.is_of_one_variable:
            view = self.view
        lecture, axes = (bool(turned.get(name, getattr(self, name))) for name in ("lecture", "axes"))
        return replace(self, view=view, lecture=lecture, axes=axes)


def _shape(lanes: Iterable[Lane]) -> str:
    return ",".join(lane.shape for lane in lanes)


def _merged(lanes: Sequence[Lane], moved: Sequence[Lane]) -> tuple[Lane, ...]:
    """The lanes with the rates and knobs of those that were moved, where it is clear which is which.

    Of a lane whose schedule is another one by now, the schedule stays.
    """
    count, counted = (Counter(lane.optimizer for lane in some) for some in (lanes, moved))
    left = [lane for lane in moved if count[lane.optimizer] == counted[lane.optimizer]]
    merged = []
    for old in lanes:
        new = next((lane for lane in left if lane.optimizer == old.optimizer), old)
        left = [lane for lane in left if lane is not new]
        taken = new if new.schedule == old.schedule else replace(old, rate=new.rate, knobs=new.knobs)
        merged.append(taken if taken.branch == old.branch else replace(taken, branch=old.branch))
    return tuple(merged)


def _checked(lanes: Sequence[Lane]) -> tuple[Lane, ...]:
    if not 1 <= len(lanes) <= MOST_LANES:
        told = {"most": MOST_LANES, "got": len(lanes)}
        raise ValueError(message("A picture holds 1 to {most} runs, the stage sent {got}; reload the page.", **told))
    for lane in lanes:
        check_field("rate", lane.rate)
    wrong = faults(lanes)
    if wrong:
        raise ValueError(joined(" ", [wrong[0][1], message("Reload the page.")]))
    return tuple(lanes)


def _place_of(new: Lane, lanes: Sequence[Lane]) -> int:
    """Where a new lane goes among others that may stand in any order: behind the last that the menu has before it."""
    order = list(OPTIMIZERS)
    before = [place for place, lane in enumerate(lanes) if order.index(lane.optimizer) <= order.index(new.optimizer)]
    return before[-1] + 1 if before else 0


def restored(hand: Mapping[str, Any]) -> Scene:
    """The whole scene as the stage has it, where the session that knew it is gone: a server killed, a laptop asleep.

    Raises ValueError with a sentence for values that are no settings.
    """
    landscape = landscape_of(hand["landscape"])
    lanes = _checked([Lane(**values) for values in hand["lanes"]])
    shared = {name: check_field(name, hand[name]) for name in SHARED}
    window = None if hand["window"] is None else checked_window(check_field("window", hand["window"]))
    door = hand.get("door")
    return Scene(landscape, lanes, window=window, door=door if isinstance(door, str) else None, **shared).moved_by(hand)


def opening_of(landscape: Landscape) -> Scene:
    """The picture that a model of two weights opens with: two methods, on mini-batches."""
    lanes = (Lane("gradient_descent", 0.1), Lane("momentum", 0.02))
    return Scene(landscape, lanes, steps=200, batch_size=min(8, points_of(landscape)))


def opening() -> Scene:
    """The picture of a bare address: five methods, one start, four valleys."""
    keys = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
    return Scene(LANDSCAPES["himmelblau"], tuple(Lane(key) for key in keys), steps=200)
