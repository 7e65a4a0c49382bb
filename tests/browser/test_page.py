"""The page as a whole: one node for ever, nothing from elsewhere, both themes, a phone, and who cannot see it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from engine import descend_many, summary
from tests.browser.conftest import Visit
from tests.browser.stage import Stage, printed
from tests.browser.tabs import NOTHING
from tests.texts import spaced

LINK = "land=himmelblau&steps=120&lane=gradient_descent;rate=0.004&lane=adam;rate=0.05"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_the_plot_s_node_is_the_same_after_twenty_changes(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    plot = page.wait_for_selector(".lab-plot:has(svg)")
    page.evaluate("window.firstPlot = document.querySelector('.lab-plot')")
    changes = 0
    for x in (100, 200, 300, 400, 500):
        stage.picture.click(position={"x": x, "y": 150})
        stage.until(lambda: _same(stage.scene.start, stage.start))
        changes += 1
    for rate in ("0.001", "0.002", "0.003", "0.005", "0.02"):
        stage.type_into(stage.rate, rate)
        stage.link_says(lambda scene, rate=rate: scene.lanes[0].rate == float(rate))
        changes += 1
    for optimizer in ("Momentum", "Nesterov", "RMSprop", "Momentum"):
        stage.pill(optimizer).click()
        stage.until(lambda: _same(len(stage.scene.lanes), stage.rows.count()))
        changes += 1
    for schedule in ("Cosine", "Constant", "Step decay"):
        stage.pick("Schedule", schedule)
        changes += 1
    for name, key in (("Bowl", "bowl"), ("Cliff", "cliff"), ("Himmelblau", "himmelblau")):
        stage.pick("Landscape", name)
        expect(stage.root).to_have_attribute("data-surface", key)
        changes += 1
    assert changes == 20
    assert page.evaluate("firstPlot === document.querySelector('.lab-plot') && firstPlot.isConnected")
    assert plot.is_visible()
    assert page.locator(".lab-plot").count() == 1
    stage.agrees_soon(stage.scene)


def _same(one: object, other: object) -> None:
    assert one == other


def test_everything_comes_from_this_host(page: Page):
    """The watch of every page fails a test for a foreign host; here it is also seen that there was something to see."""
    asked: list[str] = []
    sockets: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    stage = Stage(page).open(LINK).at_rest()
    page.wait_for_selector(".lab-plot svg")
    stage.pick("Landscape", "Bowl")
    expect(stage.root).to_have_attribute("data-surface", "bowl")
    assert not any(url.endswith("plotly.min.js") for url in asked), "a map needs none of it"
    page.get_by_role("radio", name="Surface").click()
    page.wait_for_selector(".lab-picture[data-mode=surface]")
    hosts = {
        urlsplit(url).netloc for url in [*asked, *sockets] if urlsplit(url).scheme in ("http", "https", "ws", "wss")
    }
    assert hosts == {urlsplit(page.url).netloc}
    assert any(url.endswith("plotly.min.js") for url in asked)
    assert {urlsplit(url).path for url in sockets} == {"/live", "/_stcore/stream"}


def test_title_icon_and_language(page: Page):
    Stage(page).open(LINK)
    expect(page).to_have_title(re.compile("Descent Lab"))
    assert page.locator("link[rel~=icon]").count() >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_are_readable(visit: Visit, scheme: str):
    page = visit(color_scheme=scheme)
    stage = Stage(page).open(LINK).at_rest()
    expect(stage.root).to_have_attribute("data-theme", scheme)
    paper = _luminance(page.locator(".stApp").evaluate("element => getComputedStyle(element).backgroundColor"))
    assert (paper < 0.2) is (scheme == "dark")
    # WCAG AA for text of this size.
    for selector in (
        ".lab h1",
        ".lab-verdict",
        ".lab-method",
        ".lab-loss",
        ".lab-fate",
        ".lab-curvature",
        ".lab-counter",
        ".lab-tick",
        ".lab-preset",
        ".lab-bar-title",
    ):
        element = page.locator(selector).first
        assert _contrast(element) >= 4.5, selector
    stage.agrees_soon(stage.scene)


def test_the_theme_may_change_under_a_running_page(visit: Visit):
    page = visit(color_scheme="light")
    stage = Stage(page).open(LINK).at_rest()
    page.wait_for_selector(".lab-plot svg")
    page.get_by_role("button", name="Hide the path of Adam").click()
    before = stage.link_says(lambda scene: scene.lanes[1].hidden)
    page.emulate_media(color_scheme="dark")
    expect(stage.root).to_have_attribute("data-theme", "dark")
    stage.agrees_soon(before)
    assert stage.scene == before
    expect(page.get_by_role("button", name="Show the path of Adam")).to_be_visible()


_PIXEL = """(element) => {
  const read = (colour) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  let under = element;
  while (under && read(getComputedStyle(under).backgroundColor)[3] === 0) under = under.parentElement;
  return [read(getComputedStyle(element).color), read(under ? getComputedStyle(under).backgroundColor : "white")];
}"""


def _contrast(element: Locator) -> float:
    light, dark = sorted((_relative(rgb) for rgb in element.evaluate(_PIXEL)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    return _relative([int(float(part)) for part in re.findall(r"[\d.]+", colour)[:3]])


def _relative(rgb: list[int]) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [value / 255 for value in rgb[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1366])
def test_nothing_runs_over_the_side(visit: Visit, width: int):
    page = visit(viewport={"width": width, "height": 768})
    stage = Stage(page).open(LINK).at_rest()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    over = page.evaluate(
        """(width) => [...document.querySelectorAll(".lab *")].filter((element) => {
          if (element.closest(".lab-unseen, .lab-picture, [hidden]")) return false;
          const { left, right, width: own, height } = element.getBoundingClientRect();
          return own && height && (right > width + 1 || left < -1);
        }).map((element) => element.className)""",
        width,
    )
    assert over == []
    assert stage.scene.steps == 120


def test_a_phone_reaches_every_control_with_a_thumb(visit: Visit):
    page = visit(**PHONE)
    stage = Stage(page).open(LINK + "&focus=2").at_rest()
    # 44 px by the look; the presets are 36 tall and 44 to hit. Measured where a finger lands, not by the box.
    wanted = [
        *(page.locator(".lab-preset").nth(place) for place in range(3)),
        stage.fastest,
        page.get_by_role("button", name="Play", exact=True),
        page.get_by_role("button", name="One step back"),
        page.get_by_role("button", name="One step forward"),
        page.get_by_role("button", name="Hide the path of Adam"),
        stage.method("Adam"),
        stage.scrub,
        stage.rate_slider,
        stage.knob("Momentum β₁"),
    ]
    small = {str(one).split("selector=")[1]: tall for one in wanted if (tall := _hit_height(one)) < 43}
    assert small == {}
    handle = stage.box(stage.handle)
    assert (handle["width"], handle["height"]) == (44, 44)
    page.locator(".lab-preset").last.tap()
    scene = stage.link_says(lambda scene: scene.lanes[1].rate == 1)
    stage.agrees_soon(scene)
    page.get_by_role("button", name="Play", exact=True).tap()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def _hit_height(element: Locator) -> float:
    """Height of the stretch through the middle in which a finger hits the element, in px."""
    element.scroll_into_view_if_needed()
    return element.evaluate(
        """(element) => {
          const box = element.getBoundingClientRect();
          window.scrollBy(0, box.top - window.innerHeight / 2);
          const { left, top, width, height } = element.getBoundingClientRect();
          const [x, y] = [left + width / 2, top + height / 2];
          const hit = (py) => element.contains(document.elementFromPoint(x, py));
          if (!hit(y)) return 0;
          let [up, down] = [0, 0];
          while (up < 60 && hit(y - up - 0.5)) up += 0.5;
          while (down < 60 && hit(y + down + 0.5)) down += 0.5;
          return up + down;
        }"""
    )


def test_a_phone_reaches_the_pickers(visit: Visit):
    page = visit(**PHONE)
    stage = Stage(page).open(LINK).at_rest()
    page.get_by_test_id("stExpandSidebarButton").tap()
    stage.pick("Landscape", "Bowl")
    stage.agrees_soon(stage.link_says(lambda scene: scene.landscape.key == "bowl"))
    # Nothing lies over the head of the open sidebar, where it is closed.
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").tap()
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


def test_the_description_names_the_present_numbers(page: Page):
    stage = Stage(page).open(LINK + "&start=1.5,-2.25&step=0").at_rest()
    expect(stage.ink).to_have_attribute("role", "img")
    runs = descend_many(stage.scene.runs())
    for step in (0, 4, 60):
        stage.scrub.fill(str(step))
        expect(stage.ink).to_have_attribute("aria-label", re.compile(f"At step {step}: "))
        text = stage.ink.get_attribute("aria-label") or ""
        assert "Contour map of Himmelblau" in text
        assert "Start at (1.5, −2.25)." in spaced(text)
        told = re.findall(r"([A-Z][A-Za-z ]+) is at \((\S+),\s(\S+)\) with loss ([^;]+?)[;.](?= |$)", text)
        assert [name for name, *_ in told] == ["Gradient descent", "Adam"]
        for run, (_, x, y, _) in zip(runs, told, strict=True):
            at = run.points[min(step, len(run.points) - 1)]
            assert printed(x)[0] == pytest.approx(at[0], rel=6e-3, abs=1e-3)
            assert printed(y)[0] == pytest.approx(at[1], rel=6e-3, abs=1e-3)


def test_a_screen_reader_hears_of_it_once_and_only_after_the_release(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    expect(stage.spoken).to_have_text(stage.verdict.inner_text())
    page.evaluate(
        """() => {
          window.heard = [];
          const voice = document.querySelector(".lab-verdict-box [role=status]");
          new MutationObserver(() => window.heard.push(voice.textContent))
            .observe(voice, { childList: true, characterData: true, subtree: true });
        }"""
    )
    spoken = stage.spoken.inner_text()
    x, y = stage.grab(stage.handle)
    for dx in range(0, 240, 30):
        page.mouse.move(x - dx, y + dx / 2, steps=2)
        page.wait_for_timeout(60)
    stage.until(lambda: _differ(stage.verdict.inner_text(), spoken))
    page.wait_for_timeout(400)
    assert page.evaluate("window.heard") == []
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.start is not None)
    stage.agrees_soon(scene)
    said = summary(descend_many(scene.runs()))
    expect(stage.spoken).to_have_text(said)
    page.wait_for_timeout(300)
    assert page.evaluate("window.heard") == [said]


def _differ(one: object, other: object) -> None:
    assert one != other


def test_every_control_of_the_stage_has_a_name(page: Page):
    stage = Stage(page).open(LINK + "&focus=2").at_rest()
    nameless = stage.root.evaluate(
        """(root) => [...root.querySelectorAll("button, input, select, [role=slider], [role=img]")].filter((one) => {
          if (!one.getClientRects().length) return false;
          return !(one.getAttribute("aria-label") || one.textContent.trim());
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert nameless == []


def test_the_keyboard_alone_reaches_the_main_controls(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    page.locator(".lab-icon").first.focus()
    reached = set()
    for _ in range(66):  # stops, of which the language and the marks of the runs' rates are four
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")
        reached.add(name)
    assert {
        "Start point",
        "Learning rate, number",
        "Learning rate",
        "Play",
        "Step shown",
        "Speed",
        "Start x, number",
    } <= reached
    assert stage.scene.focus == 0


def test_the_verdict_does_not_move_the_page(page: Page):
    """Nothing moves when a sentence changes."""
    stage = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    places = []
    for rate in ("0.1", "1", "0.0001", "x", "0.2"):
        stage.type_into(stage.rate, rate)
        page.wait_for_timeout(200)
        places.append([stage.box(page.locator(part))["y"] for part in (".lab-picture", ".lab-rate", ".lab-transport")])
    assert all(place == places[0] for place in places)


LECTURED = "land=himmelblau&step=13&focus=2" + "".join(
    f"&lane={optimizer};rate=0.01" for optimizer in ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam")
)
AT_HAND = (".lab-picture", ".lab-verdict", ".lab-rate", ".lab-transport", ".lab-race", ".lab-step-panel")


@pytest.mark.parametrize(
    ("width", "height", "parts"),
    [(1440, 900, (*AT_HAND, ".lab-curves", ".lab-start-row")), (1366, 768, (*AT_HAND, ".lab-start-row"))],
)
def test_all_that_a_lecturer_points_at_is_above_the_fold(visit: Visit, width: int, height: int, parts: tuple[str, ...]):
    page = visit(viewport={"width": width, "height": height})
    stage = Stage(page).open(LECTURED).at_rest()
    expect(page.locator(".lab-numbers tbody tr")).to_have_count(5)
    for part in parts:
        box = stage.box(page.locator(part))
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, part


def test_turning_the_phases_of_a_step_moves_nothing_else(page: Page):
    stage = Stage(page).open(LECTURED).at_rest()
    expect(page.locator(".lab-numbers tbody tr")).to_have_count(5)
    below = page.locator(".lab-curves")
    place = stage.box(below)
    for phase, rows in (("1 Start", 2), ("2 Gradient", 1), ("4 Repeat", 3), ("3 Update", 5)):
        page.get_by_role("button", name=phase).click()
        expect(page.locator(".lab-numbers tbody tr")).to_have_count(rows)
        assert stage.box(below) == place, phase


def test_curves_are_drawn_for_the_room_they_have(visit: Visit):
    """More knobs leave the curves less room: they are drawn anew in it, not squeezed."""
    page = visit(viewport={"width": 1440, "height": 1000})  # lower down they have the least that they may have
    stage = Stage(page).open(LECTURED).at_rest()
    expect(page.locator(".lab-numbers tbody tr")).to_have_count(5)
    curve = page.locator(".lab-curve").first
    before = stage.box(curve)["height"]
    stage.all_knobs()
    stage.until(lambda: _differ(stage.box(curve)["height"], before))
    assert stage.box(curve)["height"] < before
    sharp = page.evaluate("devicePixelRatio")
    stage.until(lambda: _same(curve.evaluate("canvas => canvas.height"), round(stage.box(curve)["height"] * sharp)))


def test_lecture_mode_cuts_no_name_and_prints_nothing_small(visit: Visit):
    page = visit(viewport={"width": 1920, "height": 1080})
    stage = Stage(page).open("land=ravine&lecture=1&lane=gradient_descent;rate=1&lane=nesterov;rate=0.004")
    expect(stage.root).to_have_class(re.compile("lab-lecture"))
    stage.until(lambda: _same("×" in stage.losses[0], True))
    for name in page.locator(".lab-name").all():
        assert name.evaluate("name => name.scrollWidth <= name.clientWidth"), name.inner_text()
    sizes = page.locator(".lab-lecture").evaluate("""root => {
      const sizes = [];
      const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const holder = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || holder.closest(".lab-unseen, .lab-glyph")) continue;
        if (!holder.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const size = parseFloat(getComputedStyle(holder).fontSize);
        if (size) sizes.push([size, walk.currentNode.data]); // of no size: another word stands for it
      }
      return sizes;
    }""")
    assert len(sizes) >= 8
    assert [text for size, text in sizes if size < 28] == []


MOUNTED_ANEW = """async () => {
  const { stage } = window;
  const old = stage.parent;
  const { base, version } = stage.data;
  const loaded = await import(new URL(`${base}/live/assets/${version}/all.js`, window.location.href).href);
  const fresh = old.cloneNode(false);
  window.root = stage.root;
  old.replaceWith(fresh);
  loaded.stage.leave(old);
  await loaded.stage.show({ ...stage.component, parentElement: fresh, data: stage.data });
  return document.querySelector(".lab") === window.root && document.querySelectorAll(".lab").length === 1;
}"""


def test_a_stage_that_streamlit_mounts_anew_is_the_one_that_was_there(page: Page):
    """Where reruns overtake each other Streamlit now and then replaces an element by one that says the same."""
    page.add_init_script(
        """const { set } = WeakMap.prototype;
        WeakMap.prototype.set = function (key, value) {
          if (value?.playback && value.groundwork) window.stage = value;
          return set.call(this, key, value);
        };"""
    )
    stage = Stage(page).open("land=bowl&steps=50&lane=gradient_descent;rate=0.1").at_rest()
    stage.rate.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.03")
    assert page.evaluate(MOUNTED_ANEW)
    expect(stage.rate).to_be_focused()
    stage.link_says(lambda scene: scene.lanes[0].rate == 0.03)


def test_the_first_minute_has_three_hints_each_gone_once_it_was_done(page: Page):
    page.goto(NOTHING)
    page.evaluate("() => localStorage.clear()")
    stage = Stage(page).open(LINK).at_rest()
    hint = page.locator(".lab-first")
    expect(hint).to_contain_text("Drag the start")
    stage.handle.focus()
    page.keyboard.press("ArrowLeft")
    expect(hint).to_contain_text("Press Space")
    page.locator(".lab-picture").focus()
    page.keyboard.press("Space")
    expect(hint).to_contain_text("learning rate")
    page.keyboard.press("]")
    expect(hint).to_have_count(0)
    stage.open(LINK).at_rest()
    expect(hint).to_have_count(0)
    # Who wants none puts them away.
    page.evaluate("() => localStorage.clear()")
    stage.open(LINK).at_rest()
    page.get_by_role("button", name="No more hints").click()
    expect(hint).to_have_count(0)
    stage.open(LINK).at_rest()
    expect(hint).to_have_count(0)
