"""A challenge's solution as a link: it holds a picture and no result, and is run anew by whoever opens it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qs, urlencode

from engine import OPTIMIZERS, SCHEDULES, Run
from engine.basis.registry import unknown
from i18n import Message, joined, listed, lowered, message
from lessons.challenge import Challenge
from lessons.judge import Verdict, judge, judge_network
from ui.scene.link import decode, encode
from ui.scene.scene import Scene

CHOICE = "choice"
"""The key of a link that has the change to a network."""
NAMES: Mapping[str, Message] = {
    "landscape": message("the surface"),
    "optimizer": message("the method"),
    "start": message("the start"),
    "rate": message("the rate"),
    "schedule": message("the schedule"),
    "steps": message("the number of steps"),
    "gradient_tolerance": message("the rule that stops at a small gradient"),
    "loss_tolerance": message("the rule that stops at a small change of the loss"),
    "noise": message("the noise"),
    "seed": message("the seed"),
    "clip_norm": message("the clipping by norm"),
    "clip_value": message("the clipping by value"),
    "batch_size": message("the batch size"),
}
"""Settings as they stand within a sentence; knobs have their own names."""


def picture_of(query: str) -> Scene:
    """The scene of a query that tests hold to be without notices."""
    return decode(parse_qs(query, keep_blank_values=True))[0]


def name_of(setting: str) -> str:
    """A setting in words."""
    if setting in NAMES:
        return NAMES[setting]
    owners = (*OPTIMIZERS.values(), *SCHEDULES.values())
    return lowered(next(one.knobs[setting].name for one in owners if setting in one.knobs))


def strays(challenge: Challenge, scene: Scene) -> list[str]:
    """What the picture has otherwise than the challenge's, and should not, in words."""
    own, shown = picture_of(challenge.picture).runs(), scene.runs()
    if len(own) != len(shown):
        return [message("the number of runs")]
    found = []
    for place, (before, after) in enumerate(zip(own, shown, strict=True), 1):
        free = (
            challenge.free
            if place == challenge.run
            else [name for name in challenge.free if name in ("start", "noise", "clip_norm")]
        )
        found += [name_of(name) for name in _changed(before, after) if name not in free]
    return list(dict.fromkeys(found))


def _changed(before: Run, after: Run) -> Iterator[str]:
    """The names of settings. Another method has its default knobs, another schedule may have any."""
    if before.optimizer != after.optimizer:
        before = replace(before, optimizer=after.optimizer, knobs={})
        yield "optimizer"
    if before.schedule != after.schedule:
        before = replace(before, schedule=after.schedule, schedule_knobs=after.schedule_knobs)
        yield "schedule"
    for one in fields(Run):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if one.name in ("knobs", "schedule_knobs"):
            yield from (name for name in old if old[name] != new[name])
        elif one.name == "landscape":
            if old.text != new.text:
                yield one.name
        elif old != new:
            yield one.name


def link_of(challenge: Challenge, scene: Scene | None = None, choice: str | None = None) -> str:
    """The query of a challenge, or of a solution of it."""
    pairs = [("challenge", challenge.key)]
    if scene is not None:
        pairs += encode(replace(scene, playhead=None, lecture=False, axes=True, view="map", door=None))
    if choice is not None:
        pairs.append((CHOICE, choice))
    return urlencode(pairs, safe=",;=:*()")


@dataclass(frozen=True)
class Shared:
    """What became of a link that says it is a solution."""

    refused: str = ""
    """Why it is none, in a sentence."""
    scene: Scene | None = None
    choice: str | None = None
    verdict: Verdict | None = None


def verify(challenge: Challenge, query: Mapping[str, Sequence[str]]) -> Shared:
    """Run the picture of a link anew. What is not the challenge's to change, and what cannot be read, refuses it."""
    query = {key: list(values) for key, values in query.items()}
    if challenge.network:
        choice = (query.pop(CHOICE, None) or [""])[-1]
        if query:
            return _refused(
                challenge,
                message("It names {settings}, and may hold a change alone.", settings=listed(sorted(query)[:3])),
            )
        if choice not in challenge.changes:
            return _refused(challenge, unknown(message("change"), choice, challenge.changes))
        return Shared(choice=choice, verdict=judge_network(challenge, choice))
    # Before anything is read: a foreign surface may be one that is trained first.
    if query.get("land", [""]) != [picture_of(challenge.picture).landscape.key]:
        return _refused(challenge, message("It changes {settings}.", settings=NAMES["landscape"]))
    scene, notices = decode(query)
    if notices:
        return _refused(challenge, notices[0].removesuffix(" It was left out."))
    changed = strays(challenge, scene)
    if changed:
        return _refused(challenge, message("It changes {settings}.", settings=listed(changed)))
    return Shared(scene=scene, verdict=judge(challenge, scene.runs()))


def _refused(challenge: Challenge, why: str) -> Shared:
    begin = message("This link is no solution of “{title}”.", title=message(challenge.title))
    return Shared(joined(" ", [begin, why, free_words(challenge)]))


def free_words(challenge: Challenge) -> str:
    """What is left to the learner."""
    if challenge.network:
        return message("Only one of the listed changes is yours to choose.")
    names = listed([name_of(name) for name in challenge.free])
    if len(challenge.free) == 1:
        return message("Only {setting} is yours to change.", setting=names)
    return message("Only {settings} are yours to change.", settings=names)
