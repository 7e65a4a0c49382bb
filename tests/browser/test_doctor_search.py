"""The search for a better setting: seen and heard while it works."""

from playwright.sync_api import Page, expect

from tests.browser.agreement import agrees
from tests.browser.stage import PATIENCE, Stage

SICK = "land=ravine&steps=4000&step=7&lane=gradient_descent;rate=0.0001&lane=nesterov;rate=0.0003"


def test_a_search_for_a_setting_is_seen_and_heard_and_loses_nothing(page: Page):
    """The button says that it works, in place and with the keyboard on it; what is done meanwhile is kept."""
    stage = Stage(page).open(SICK).at_rest()
    stage.until(lambda: agrees(stage))
    page.evaluate(
        """() => {
          window.heard = [];
          new MutationObserver(() => {
            const told = document.querySelector(".st-key-doctor [role=status]")?.textContent ?? "";
            const button = document.querySelector(".st-key-doctor_ask button");
            const focused = button !== null && document.activeElement === button;
            const says = (text) => text.includes("Trying 256 settings");
            window.heard.push([says(told), says(button?.textContent ?? ""), focused]);
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
        }"""
    )
    button = page.get_by_role("button", name="Find a better setting")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-doctor_apply button")).to_be_visible(timeout=1000 * PATIENCE)
    heard = page.evaluate("window.heard")
    assert any(told for told, _, _ in heard), "the line is a status: it is read out"
    assert any(named for _, named, _ in heard)
    assert any(named and focused for _, named, focused in heard)
    stage.open(SICK).at_rest()
    button.click()
    stage.pill("Adam").click()  # while it works, or just after
    stage.link_says(lambda scene: len(scene.lanes) == 3)
    stage.until(lambda: agrees(stage))
    expect(page.get_by_text("Trying 256 settings")).to_have_count(0)
