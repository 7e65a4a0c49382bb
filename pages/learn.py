"""The way through it: short lessons, each with a prediction before the run, challenges, and courses of both."""

from lessons import Lesson
from lessons.course import Course
from ui.learn.address import what_is_shown
from ui.learn.challenge import show_challenge
from ui.learn.course import show_course
from ui.learn.lesson import show_lesson
from ui.learn.path import show_path

if (shown := what_is_shown()) is None:
    show_path()
elif isinstance(shown, Lesson):
    show_lesson(shown)
elif isinstance(shown, Course):
    show_course(shown)
else:
    show_challenge(shown)
