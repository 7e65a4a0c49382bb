"""A visitor who acts at random finds no disagreement and no script error; `tests.browser.visitor` does more."""

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import Visitor


@pytest.mark.timeout(900)
def test_forty_acts_at_random_leave_the_page_saying_one_thing(page: Page):
    visitor = Visitor(page, seed=4)
    try:
        visitor.visit(40)
    except Exception as fault:
        fault.add_note("\n".join(visitor.told))  # the way to what was found
        raise
