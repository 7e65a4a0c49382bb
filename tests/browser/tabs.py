"""Tabs that one test leaves to the next: opening the app where it was shown before takes less than half the work.

A tab keeps what Chromium has compiled of the app's scripts. Between two tests it shows an empty page, so that nothing
of the app goes on; a tab that a test has changed for good is closed. Window and theme are given to a tab anew for each
test, so that tests of many windows and themes have the same one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE = 120.0
"""Seconds, as in tests/browser/stage.py."""
SIZE = {"width": 1440, "height": 900}
LASTING = (
    "add_init_script",
    "expose_binding",
    "expose_function",
    "on",
    "once",
    "route",
)
"""Methods of a page whose effect outlasts what it shows."""
MOST = 6
"""Contexts that are kept; the one that was not used for the longest time goes."""
THEME = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
"""What Playwright gives a context without these options."""
DEVICE = {"is_mobile", "has_touch", "device_scale_factor", "screen", "no_viewport"}
"""Options beside which a window is a device's and stays the context's."""


KEPT = {"descent-lab-first-steps": "start play rate"}
"""What the browser of a visitor who was here before remembers: the hints of the first minute are over."""
NOTHING = "/_stcore/health"
"""An address of the server's with two letters on it."""


def coarse(ratio: float) -> str:
    """A script for a context: surfaces in three dimensions have `ratio` times as many pixels along each side.

    They take most of the time of a machine without a graphics card. Where everything stands is the same.
    """
    return """(() => {
  let plotly;
  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: () => plotly,
    set(own) {
      plotly = own;
      const { react } = own;
      const coarse = { plotGlPixelRatio: RATIO };
      own.react = (node, data, layout, config) => react.call(own, node, data, layout, { ...config, ...coarse });
    },
  });
})()""".replace("RATIO", str(ratio))


class Tab:
    """A page, and whether another test may have it."""

    def __init__(self, page: Page):
        self.page = page
        self.is_as_new = True
        self._set_size, self._set_media = page.set_viewport_size, page.emulate_media
        setattr(page, "wait_for_function", self._wait_for)  # noqa: B010 (a method of Playwright's, replaced)
        for name in LASTING:
            setattr(page, name, self.marking(getattr(page, name)))

    def marking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The same method, noting that it was used."""

        def marked(*arguments: Any, **options: Any) -> Any:
            self.is_as_new = False
            return method(*arguments, **options)

        return marked

    def _wait_for(self, expression: str, *, arg: Any = None, timeout: float = 1000 * PATIENCE) -> None:
        """Wait for what an expression says; Playwright's own asks again by `eval`, which the pages' policy forbids."""
        end = time.monotonic() + timeout / 1000
        while not self.page.evaluate(expression, arg):
            if time.monotonic() > end:
                raise TimeoutError(f"never: {expression}")
            self.page.wait_for_timeout(50)

    def dress(self, viewport: Any, theme: dict[str, Any]) -> None:
        """Give it a window and a theme."""
        self._set_size(viewport)
        self._set_media(media="null", **{**THEME, **theme})

    def empty(self) -> None:
        """End all that the app does in it, and take what it has stored, on its way out, too."""
        self.page.mouse.move(0, 0)
        self.page.goto(NOTHING)
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.evaluate("(kept) => Object.assign(localStorage, kept)", KEPT)


class Visitor:
    """A browser context of some options, with the tab that waits in it for the next test."""

    def __init__(self, context: BrowserContext, name: str):
        self.context, self.name = context, name
        self.worn: str | None = None
        """The options that the test which has its tabs asked for."""
        self.tabs: list[Tab] = []
        self._new_session = context.new_cdp_session
        setattr(context, "new_cdp_session", self._session)  # noqa: B010 (a method of Playwright's, replaced)

    def _session(self, page: Page) -> Any:
        for tab in self.tabs:
            tab.is_as_new = tab.is_as_new and tab.page is not page
        return self._new_session(page)


class Tabs:
    """All that are open, by the options of their contexts."""

    def __init__(self, browser: Browser, url: str, patience: float):
        self._browser, self._url, self._patience = browser, url, patience
        self._visitors: list[Visitor] = []
        self._taken: list[tuple[Visitor, Tab]] = []

    def take(self, watch: Callable[[Page], None], **options: Any) -> Page:
        """A tab on an empty page, 1440 x 900 where the options of its context do not say otherwise.

        Within a test equal options are one visitor's, others another's. With `fine` surfaces have all their pixels.
        `watch` is called with a page that is new, before its methods are marked.
        """
        worn = json.dumps(options, sort_keys=True)
        options = {"viewport": SIZE} | options
        theme = {key: options.pop(key) for key in THEME if key in options}
        viewport = options["viewport"]
        if DEVICE.isdisjoint(options):
            del options["viewport"]
        name = json.dumps(options, sort_keys=True)
        fitting = [one for now in (worn, None) for one in self._visitors if (one.name, one.worn) == (name, now)]
        visitor = fitting[0] if fitting else None
        if visitor is None:
            visitor = self._visitor(options, name)
        else:
            self._visitors.remove(visitor)
        self._visitors.append(visitor)
        visitor.worn = worn
        busy = [tab for _, tab in self._taken]
        tab = next((tab for tab in visitor.tabs if tab not in busy), None)
        if tab is None:
            page = visitor.context.new_page()
            watch(page)
            tab = Tab(page)
            visitor.tabs.append(tab)
        tab.dress(viewport, theme)
        self._taken.append((visitor, tab))
        return tab.page

    def _visitor(self, options: dict[str, Any], name: str) -> Visitor:
        stored = [{"name": name, "value": value} for name, value in KEPT.items()]
        known = {"origins": [{"origin": self._url, "localStorage": stored}]}
        own: dict[str, Any] = {"base_url": self._url, "viewport": SIZE, "storage_state": known}
        is_fine = options.get("fine", False)
        context = self._browser.new_context(**own | {key: value for key, value in options.items() if key != "fine"})
        if not is_fine:
            context.add_init_script(coarse(0.5))
        context.set_default_timeout(1000 * self._patience)
        return Visitor(context, name)

    @property
    def taken(self) -> list[Page]:
        """The pages of this test that are still open."""
        return [tab.page for _, tab in self._taken if not tab.page.is_closed()]

    def give_back(self, *, used_up: bool) -> None:
        """Make the test's tabs ready for the next one; close the contexts of those that are not as new.

        All of them are used up by a test that failed. A context goes with its tab, for what is stored in it.
        """
        for visitor, tab in self._taken:
            visitor.worn = None
            if used_up or not tab.is_as_new or tab.page.is_closed():
                self._close(visitor)
            elif visitor.tabs[0] is not tab:
                tab.page.close()
                visitor.tabs.remove(tab)
            elif visitor in self._visitors:
                tab.empty()
                visitor.context.clear_permissions()
        self._taken.clear()
        for visitor in self._visitors[:-MOST]:
            self._close(visitor)

    def _close(self, visitor: Visitor) -> None:
        if visitor in self._visitors:
            self._visitors.remove(visitor)
            visitor.context.close()
