"""Lessons as data: what is said, what is asked before a run, and how an answer is marked."""

from lessons.read import LESSONS
from lessons.record import Answer, Ask, Fact, Lesson, Must, Screen, Task

__all__ = ["LESSONS", "Answer", "Ask", "Fact", "Lesson", "Must", "Screen", "Task"]
