"""The gradient laboratory: a problem and a remedy train in sight, can be stopped, and are told apart in words."""

import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Locator, Page, expect

from engine.networks import OwnTable, make_data
from tests.browser.stage import PATIENCE
from ui.networks.link import decode

CHANGED = "What is changed: activation from sigmoid to ReLU, initialisation from Xavier to He."


def open_networks(page: Page) -> Locator:
    """The two verdicts, once both networks are trained."""
    page.goto("/networks")
    finished(page)
    return page.locator(".verdict")


def finished(page: Page) -> None:
    expect(page.get_by_text("Layer by layer, in numbers")).to_have_count(2, timeout=1000 * PATIENCE)


def test_a_problem_and_its_remedy_train_and_are_told_apart(page: Page):
    verdicts = open_networks(page)
    expect(verdicts.nth(0)).to_contain_text("The gradient vanishes")
    expect(verdicts.nth(1)).to_contain_text("The gradient arrives")
    expect(page.get_by_text(CHANGED)).to_be_visible()
    for chosen in ("Vanishing gradient", "ReLU and He initialisation"):
        expect(page.get_by_role("radio", name=chosen)).to_have_attribute("aria-checked", "true")
    expect(page.locator(".js-plotly-plot")).to_have_count(8)
    # Level rows: each picture of one side is as high up as its peer, whatever the words above it say.
    tops = page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].map((one) => one.getBoundingClientRect().top)"
    )
    assert tops[:4] == tops[4:]
    for words in ("in the first layer, ", "Dotted: a constant output", "of the points on their class's"):
        expect(page.get_by_text(words)).to_have_count(2)
    # Each chart has its title just above it.
    titles = [
        "Gradient norm of each layer while it trains",
        "Loss",
        "What it has learned",
        "What each hidden layer hands on, and its idle units",
    ]
    assert page.locator("h3.net-title").all_inner_texts() == 2 * titles
    # Plain words first: no power of ten, and at most a share in per cent.
    assert all("10" not in re.sub("100 (billion|%)", "", words) for words in verdicts.all_inner_texts())
    expect(page.locator(".net-tiles dt").nth(0)).to_have_text("gradient at layer 1, step 0")
    expect(page.locator(".net-tiles dd").nth(0)).to_have_text("4.81 × 10⁻¹³")
    page.get_by_role("radio", name="Exploding gradient").click()
    expect(page.get_by_role("radio", name="He initialisation")).to_have_attribute("aria-checked", "true")
    expect(verdicts.nth(0)).to_contain_text("The gradient explodes")
    finished(page)
    page.get_by_text("Layer by layer, in numbers").nth(0).click()
    expect(page.get_by_text("does not show scale").nth(0)).to_be_visible()
    page.get_by_text("Where they ended").click()
    # The problem diverged: there is no end to look around, and none to draw a line to.
    expect(page.get_by_text("random filter-normalised directions")).to_be_visible()
    expect(page.get_by_text("Loss on the straight line")).to_be_visible()


def test_a_training_can_be_stopped_and_gone_on_with_and_a_bad_value_loses_nothing(page: Page):
    # Of 400 points each step takes long enough that the training is under way when Stop is heard; a problem of 100
    # steps, that its other seeds are not most of the test.
    deep = "depth=20;width=32;points=400"
    page.goto(f"/networks?v=1&net={deep};steps=100&net={deep};activation=relu;initialisation=he;steps=5000")
    expect(page.locator(".verdict.wait").nth(-1)).to_contain_text("of 5,000")
    page.get_by_role("button", name="Stop").click()
    verdict = page.locator(".verdict").nth(1)
    expect(verdict).to_contain_text("(stopped)")
    expect(page.get_by_text("Stopped: what was trained stays.")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(8)
    reached = int(page.locator(".net-tiles dt").nth(5).inner_text().split()[-1].replace(",", ""))
    assert 0 < reached < 5_000
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".verdict.wait").nth(-1)).to_be_visible()
    page.get_by_role("button", name="Own networks").click()
    steps = page.get_by_label("Steps").nth(1)
    steps.fill("60")
    steps.press("Enter")
    expect(page.get_by_text("steps from 100 to 60")).to_be_visible()
    expect(page.get_by_text("Over 8 seeds: middle [lowest, highest]")).to_be_visible()
    expect(page.get_by_role("row", name="Problem 8 vanishing gradient")).to_be_visible()
    size = page.get_by_label("Batch size").nth(1)
    size.fill("500")
    size.press("Enter")
    expect(page.get_by_text("The batch size must be")).to_be_visible()
    expect(page.get_by_text(CHANGED.removesuffix("."))).to_be_visible()
    page.get_by_text("Their knobs").nth(1).click()
    warm_up = page.get_by_label("Warm-up steps")
    warm_up.fill("7")
    warm_up.press("Enter")
    expect(page.get_by_text("knobs of the constant schedule")).to_be_visible()


def test_a_prepared_link_opens_its_two_networks_and_follows_what_is_changed(page: Page):
    small = "width=8;activation=tanh;steps=40;points=100"
    page.goto(f"/?net=depth=4;{small}&net=depth=3;{small};residual=on;batch_size=1e9;clip_norm=2")
    finished(page)
    # The start page hands it on; the value that cannot be taken costs a sentence and nothing else.
    notice = page.get_by_test_id("stAlert")
    expect(notice).to_have_text("The batch size must be between 1 and 100, got 1000000000.0. none is used.")
    assert page.locator("h2.net").all_inner_texts() == [
        "Problem 4 layers of 8 · tanh · Xavier · gradient descent at 0.1",
        "Remedy 3 layers of 8 · tanh · Xavier · residual · gradient descent at 0.1 · clipped",
    ]
    expect(page.get_by_text("residual connections from off to on, clipping by norm from off to 2.")).to_be_visible()
    page.get_by_role("button", name="All right").click()
    page.get_by_role("button", name="Own networks").click()
    entries = page.evaluate("history.length")
    rate = page.get_by_label("Learning rate").nth(1)
    rate.fill("0.3")
    rate.press("Enter")
    remedy = "depth=3;width=8;activation=tanh;residual=on;clip_norm=2;rate=0.3;steps=40;points=100"
    page.wait_for_url(f"**/networks?v=1&net=depth=4;{small}&net={remedy}")
    assert page.evaluate("history.length") == entries
    mine = page.url
    # Another page has an address of its own, and Back brings this one.
    page.get_by_role("link", name="Start").click()
    expect(page.get_by_role("heading", name="Learning is a walk downhill")).to_be_visible()
    assert "net=" not in page.url
    page.go_back()
    finished(page)
    assert page.url == mine
    page.reload()
    finished(page)
    expect(page.locator("h2.net").nth(1)).to_contain_text("residual · gradient descent at 0.3 · clipped")
    assert page.url == mine
    page.get_by_role("radio", name="tanh").click()
    page.wait_for_url("**/networks?v=1&net=depth=20;width=32&net=depth=20;width=32;activation=tanh")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def own_of(url: str) -> OwnTable | None:
    """The table in an address."""
    return decode(parse_qs(urlsplit(url).query))[0]["problem"].own


def drawn(page: Page, rows: int) -> OwnTable:
    """The table in the page's address, once it has so many rows."""
    page.wait_for_url(lambda url: (own := own_of(url)) is not None and own.rows == rows)
    own = own_of(page.url)
    assert own is not None
    return own


def test_points_are_drawn_by_hand_and_both_networks_learn_them(page: Page):
    small = "depth=3;width=8;activation=tanh;steps=40;points=100"
    page.goto(f"/networks?v=1&net={small}&net={small};optimizer=adam;rate=0.01")
    finished(page)
    page.get_by_role("button", name="Your own data").click()
    page.get_by_role("button", name="Draw the points").click()
    board = page.get_by_role("application")
    expect(board).to_have_attribute("aria-label", "100 points to learn. Click adds a point, drag moves one")
    expect(page.get_by_role("textbox", name="Paste a table")).to_be_hidden()
    # By keys: the first point goes right, and the address has it.
    moons = make_data("moons", 100)
    board.focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("Shift+ArrowRight")
    own = drawn(page, 100)
    assert own.inputs[0, 0] > moons.inputs[0, 0] + 0.2
    assert own.inputs[1:].tobytes() == moons.inputs[1:].tobytes()
    page.keyboard.press("Delete")
    assert drawn(page, 99).inputs.tobytes() == moons.inputs[1:].tobytes()
    # From nothing: what is not enough is said and tells nobody; four clicks are learned.
    page.get_by_role("button", name="Start empty").click()
    expect(page.get_by_text("Not learned yet: 0 of at least 4 points.")).to_be_visible()
    box = board.bounding_box()
    assert box
    for place, label in ((0.3, 0), (0.4, 0), (0.6, 1), (0.7, 1)):
        page.get_by_role("button", name=f"Class {label}").click()
        page.mouse.click(box["x"] + place * box["width"], box["y"] + place * box["height"])
    own = drawn(page, 4)
    assert own.targets.tolist() == [0, 0, 1, 1]
    assert (np.diff(own.inputs[:, 0]) > 0).all()
    assert (np.diff(own.inputs[:, 1]) < 0).all(), "down on the board is low"
    # By hand: a drag moves one, and the others stay.
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"], steps=3)
    page.mouse.up()
    page.wait_for_url(lambda url: (now := own_of(url)) is not None and now.inputs[0, 0] < own.inputs[0, 0])
    finished(page)
    page.get_by_role("button", name="Close the board").click()
    expect(board).to_be_hidden()
    assert drawn(page, 4).inputs[1:].tolist() == own.inputs[1:].tolist()


def table_of_two_classes() -> str:
    """Two hundred rows, as many as the prepared sets have, so that their programs are there; columns of two scales."""
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(200, 2)).round(2) * [1, 40] + [5, 100]
    inside = ((rows[:, 0] - 5) ** 2 + ((rows[:, 1] - 100) / 40) ** 2 < 1.2).tolist()
    cells = [f"{a:.2f};{b:.2f};{'in' if one else 'out'}" for (a, b), one in zip(rows.tolist(), inside, strict=True)]
    return "\n".join(["width;weight;where", *cells]).replace(".", ",")


def test_a_visitor_s_table_is_learned_scaled_on_one_side_kept_in_the_link_and_left(page: Page):
    deep = "depth=20;width=32;steps=40"
    page.goto(f"/networks?v=1&net={deep}&net={deep};activation=relu;initialisation=he")
    finished(page)
    page.get_by_role("button", name="Your own data").click()
    page.get_by_role("textbox", name="Paste a table").fill(table_of_two_classes())
    page.get_by_role("button", name="Use this table").click()
    told = page.locator(".stPopoverBody, [data-testid=stPopoverBody]").last
    expect(told).to_contain_text("200 rows, 3 columns by semicolons, decimal comma, the first row names them.")
    expect(told).to_contain_text("200 are learned: where, two classes, from width, weight.")
    finished(page)
    standardise = page.get_by_role("combobox", name="Standardise")
    standardise.scroll_into_view_if_needed()  # a menu is closed by scrolling, and a click would scroll
    standardise.click()
    page.get_by_role("option", name="The remedy's only").click()
    expect(page.get_by_text("data from your table, as it is to your table, standardised")).to_be_visible()
    page.keyboard.press("Escape")
    finished(page)
    expect(page.get_by_text("weight, standardised")).to_have_count(1)
    page.wait_for_url(re.compile("own="))
    with page.expect_download() as program:
        page.get_by_role("button", name="Download this training as a PyTorch program").first.click()
    assert "# width, weight\n" in program.value.path().read_text()
    words = page.locator(".verdict").all_inner_texts()
    # The address alone brings it back, to a visitor of its own.
    page.goto("about:blank")
    page.go_back()
    finished(page)
    assert page.locator(".verdict").all_inner_texts() == words
    page.get_by_role("button", name="Your own data").click()
    page.get_by_role("button", name="Back to the prepared data").click()
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "own" not in url)
    expect(page.get_by_text(CHANGED)).to_be_visible()
