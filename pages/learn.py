"""The way through it: short lessons in order, each with a prediction before the run, and challenges."""

from lessons import Lesson
from ui.learn.address import what_is_shown
from ui.learn.challenge import show_challenge
from ui.learn.lesson import show_lesson
from ui.learn.path import show_path

if (shown := what_is_shown()) is None:
    show_path()
elif isinstance(shown, Lesson):
    show_lesson(shown)
else:
    show_challenge(shown)
