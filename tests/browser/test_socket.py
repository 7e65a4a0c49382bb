"""The live line dies in the middle of a drag: the picture still comes on release, and the line comes back by itself."""

import re
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.stage import Stage

LIVE = re.compile(r"/live$")
LINK = "land=himmelblau&steps=150&lane=momentum;rate=0.005&lane=adam;rate=0.05"


@dataclass
class Line:
    """The page's line to /live, which the test can cut, jam and mend."""

    cut: bool = False
    deaf: bool = False
    sockets: list[WebSocketRoute] = field(default_factory=list)
    asked: int = 0

    def through(self, socket: WebSocketRoute) -> None:
        if self.cut:
            socket.close()
            return
        self.sockets.append(socket)
        server = socket.connect_to_server()

        def ask(message: str | bytes) -> None:
            self.asked += 1
            if not self.deaf:
                server.send(message)

        socket.on_message(ask)

    def kill(self) -> None:
        """Cut it, and let nobody reconnect."""
        self.cut = True
        for socket in self.sockets:
            socket.close()
        self.sockets.clear()


@pytest.fixture
def line(page: Page) -> Line:
    line = Line()
    page.route_web_socket(LIVE, line.through)
    return line


def test_a_line_cut_in_the_middle_of_a_drag(page: Page, line: Line):
    stage = Stage(page).open(LINK).at_rest()
    before, home = stage.scene, stage.start
    x, y = stage.grab(stage.handle)
    page.mouse.move(x + 40, y + 30, steps=4)
    stage.until(lambda: _differ(stage.start, home))
    stage.settled()
    stage.follows_hand(before)
    answered, there = stage.losses, stage.start
    line.kill()
    page.mouse.move(x - 60, y + 90, steps=6)
    stage.until(lambda: _differ(stage.start, there))
    held = stage.settled()
    expect(page.locator(".lab-line")).to_have_text("Reconnecting: the picture follows on release")
    assert stage.losses == answered, "nobody can answer while the hand holds it"
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.start == held)
    assert scene == replace(before, start=held)
    stage.agrees_soon(scene)  # by Streamlit's rerun alone
    assert not line.sockets
    # Still cut: every later release is answered too, and pickers work.
    stage.type_into(stage.rate, "0.004")
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 0.004)
    stage.agrees_soon(scene)
    # Mended: it reconnects by itself, and answers while the hand moves.
    line.cut = False
    expect(page.locator(".lab-line")).to_have_text("", timeout=20_000)
    assert line.sockets
    x, y = stage.grab(stage.handle)
    page.mouse.move(x + 70, y - 20, steps=5)
    stage.until(lambda: _differ(stage.start, held))
    stage.follows_hand(scene)
    assert stage.scene == scene, "the hand still holds it: this answer was live"
    page.mouse.up()
    stage.link_says(lambda scene: scene.start == stage.start)


def _differ(one: object, other: object) -> None:
    assert one != other


def test_a_line_cut_and_back_within_one_drag(page: Page, line: Line):
    stage = Stage(page).open(LINK).at_rest()
    before = stage.scene
    x, y = stage.grab(stage.handle)
    page.mouse.move(x + 40, y + 30, steps=4)
    for socket in line.sockets:
        socket.close()
    line.sockets.clear()
    page.mouse.move(x - 40, y + 60, steps=4)
    stage.until(lambda: _differ(stage.start, before.start))
    stage.follows_hand(before)
    assert stage.scene == before
    page.mouse.up()
    stage.agrees_soon(stage.link_says(lambda scene: scene.start == stage.start))


def test_without_any_line_the_page_works_on_release(page: Page, line: Line):
    """A proxy that lets no WebSocket but Streamlit's through."""
    line.cut = True
    stage = Stage(page).open(LINK)
    stage.agrees_soon(stage.scene)
    stage.picture.click(position={"x": 200, "y": 200})
    scene = stage.link_says(lambda scene: scene.start is not None)
    stage.agrees_soon(scene)
    stage.pill("RMSprop").click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 3)
    stage.agrees_soon(scene)
    stage.pick("Landscape", "Bowl")
    scene = stage.link_says(lambda scene: scene.landscape.key == "bowl")
    stage.agrees_soon(scene)
    page.get_by_role("button", name="too high", exact=True).click()
    scene = stage.link_says(lambda scene: scene.lanes[0].rate == 1)
    runs = stage.agrees_soon(scene)
    assert runs[0].outcome.kind == "diverged"


def test_a_line_that_takes_questions_and_never_answers_is_given_up(page: Page, line: Line):
    stage = Stage(page).open(LINK).at_rest()
    line.deaf = True
    asked = line.asked
    stage.picture.click(position={"x": 200, "y": 200})
    stage.until(lambda: _differ(line.asked, asked))
    scene = stage.link_says(lambda scene: scene.start is not None)
    line.deaf = False
    stage.agrees_soon(scene)  # after six seconds it reconnects and asks again


def test_a_visitor_who_leaves_and_comes_back_has_one_line(page: Page, line: Line):
    """Landscapes, optimizers and reruns do not open further lines."""
    stage = Stage(page).open(LINK).at_rest()
    stage.pick("Landscape", "Bowl")
    stage.link_says(lambda scene: scene.landscape.key == "bowl")
    stage.pill("RMSprop").click()
    stage.link_says(lambda scene: len(scene.lanes) == 3)
    stage.at_rest()
    assert len(line.sockets) == 1
