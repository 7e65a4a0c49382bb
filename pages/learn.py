"""The way through it: short lessons in order, each with a prediction before the run."""

from ui.learn.address import lesson_shown
from ui.learn.lesson import show_lesson
from ui.learn.path import show_path

if (shown := lesson_shown()) is None:
    show_path()
else:
    show_lesson(shown)
