"""What the browser keeps of a learner's way: here is only what it has to know for that."""

from __future__ import annotations

from i18n import message
from lessons import LESSONS
from lessons.challenge import CHALLENGES, MEDALS


def browsers_data() -> dict[str, object]:
    """What the browser has to know to keep what was done, and to check what is brought to it."""
    return {"order": [], "done": None, "medal": None, **known()}


def known() -> dict[str, object]:
    """The lessons' keys, and of each challenge what a score of it is judged by."""
    challenges = [
        {
            "key": one.key,
            "unit": one.unit if one.unit == "steps" else message(one.unit),
            "better": one.better,
            "par": one.par,
            "bounds": [getattr(one, medal) for medal in MEDALS],
        }
        for one in CHALLENGES.values()
    ]
    return {"lessons": list(LESSONS), "challenges": challenges}
