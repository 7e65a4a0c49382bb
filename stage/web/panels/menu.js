/** A menu that opens beside its button: above everything, gone with a click elsewhere or Escape. */

import { make } from "../base/dom.js";

const GAP = 4; // px to the button and to the window's edge

/**
 * @param {HTMLElement} button what opens it, and has the focus again when it is gone
 * @param {{name: string, act: () => void, off?: boolean, apart?: boolean}[]} items `off` cannot be chosen now, `apart` begins another group
 */
export function openMenu(button, items) {
  const menu = make("div.lab-menu", { role: "menu", "aria-label": button.getAttribute("aria-label"), popover: "auto" });
  const choices = items.map(({ name, act, off, apart }) => make(`button.lab-menu-item${apart ? ".lab-apart" : ""}`, {
    type: "button", role: "menuitem", tabindex: -1, disabled: off, onclick: () => {
      menu.hidePopover();
      act();
    },
  }, name));
  const open = choices.filter(({ disabled }) => !disabled);
  menu.append(...choices);
  menu.addEventListener("keydown", (event) => {
    const at = open.indexOf(/** @type {any} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + open.length, Home: 0, End: open.length - 1 }[event.key];
    event.stopPropagation(); // no key of the stage's, Escape's least of all
    if (event.key === "Tab") menu.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    open[to % open.length].focus();
  });
  menu.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") return;
    const had = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    if (had) button.focus({ preventScroll: true });
  });
  button.after(menu);
  menu.showPopover();
  const [box, size] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
  const below = box.bottom + GAP + size.height <= window.innerHeight;
  menu.style.left = `${Math.max(GAP, Math.min(window.innerWidth - size.width - GAP, box.right - size.width))}px`;
  menu.style.top = `${Math.max(GAP, below ? box.bottom + GAP : box.top - GAP - size.height)}px`;
  open[0]?.focus();
}
