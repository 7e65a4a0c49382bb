"""A lecture: pictures of any page in an order, with notes, questions and answers, and one key to give it."""

from ui.lecture.deck import show_deck
from ui.scene.session import mark_left

mark_left()
show_deck()
