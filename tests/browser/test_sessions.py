"""Two visitors at once: neither sees what the other does, and one who only looks costs the other nothing."""

import os
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.stage import Stage
from tests.server import Server


def test_two_visitors_do_not_see_each_other_s_state(visit: Visit):
    ann = Stage(visit(color_scheme="light")).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    bob = Stage(visit(color_scheme="dark")).open("land=himmelblau&steps=150&lane=adam;rate=0.05").at_rest()
    bobs, bobs_losses, bobs_start = bob.scene, bob.losses, bob.start
    # Both hands at once, each holding its own start.
    ax, ay = ann.grab(ann.handle)
    bx, by = bob.grab(bob.handle)
    ann.page.mouse.move(ax - 80, ay + 50, steps=4)
    bob.page.mouse.move(bx + 60, by + 30, steps=4)
    ann.until(lambda: _differ(ann.start, (2.5, 1.5)))
    bob.until(lambda: _differ(bob.start, bobs_start))
    ann.page.mouse.up()
    anns = ann.link_says(lambda scene: scene.start == ann.start)
    assert bob.scene == bobs, "Bob still holds his start"
    bob.page.mouse.up()
    bobs = bob.link_says(lambda scene: scene.start == bob.start)
    assert anns.start != bobs.start
    ann.agrees_soon(anns)
    bob.agrees_soon(bobs)
    assert bob.losses != bobs_losses

    ann.pick("Landscape", "Rosenbrock valley")
    anns = ann.link_says(lambda scene: scene.landscape.key == "rosenbrock")
    ann.pill("Momentum").click()
    anns = ann.link_says(lambda scene: len(scene.lanes) == 2)
    # A rerun of Bob's own, from any cause, still is about his picture.
    bob.type_into(bob.rate, "0.07")
    bobs = bob.link_says(lambda scene: scene.lanes[0].rate == 0.07)
    assert (bobs.landscape.key, len(bobs.lanes)) == ("himmelblau", 1)
    bob.agrees_soon(bobs)
    ann.agrees_soon(anns)
    assert ann.scene == anns


def _differ(one: object, other: object) -> None:
    assert one != other


def test_two_tabs_of_one_browser_are_two_sessions(visit: Visit):
    page, other = visit(), visit()
    assert page.context is other.context
    left = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    right = Stage(other).open(left.link).at_rest()
    right.type_into(right.rate, "0.2")
    right.link_says(lambda scene: scene.lanes[0].rate == 0.2)
    page.bring_to_front()
    left.type_into(page.get_by_label("Start x, number"), "1")
    scene = left.link_says(lambda scene: scene.start == (1.0, 1.5))
    assert scene.lanes[0].rate == 0.1
    left.agrees_soon(scene)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what the server has open")
def test_an_open_page_does_not_make_the_server_watch_its_folder(visit: Visit, server: Server):
    """Of a folder with .venv in it the watcher's queue overflows, and then it looks it through again for ever."""
    Stage(visit()).open("land=bowl").at_rest()
    descriptors = Path(f"/proc/{server.process.pid}/fd")
    watching = [link for link in descriptors.iterdir() if "inotify" in _opened(link)]
    assert watching == []


def _opened(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:  # closed meanwhile
        return ""
