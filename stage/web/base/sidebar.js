/**
 * The sidebar of pickers: folded where it would take more than a quarter of the window, until the visitor unfolds it.
 *
 * Streamlit folds it on phones only, and remembers one choice for windows of every width. Here a choice made in a narrow
 * window counts in narrow windows: whenever the window becomes narrow or wide, the choice kept for it takes the place of
 * the other one in Streamlit's own memory.
 */

const NARROW = "(max-width: 1123px)"; // less than four times the sidebar's 281 px
const STREAMLITS = "stSidebarCollapsed-"; // where it keeps "true" or "false" (Streamlit 1.67)
const OURS = "descent-lab-sidebar";
const SETTLE = 400; // ms in which Streamlit hears of another width, and folds or unfolds by itself

/** Without a memory, as in a window that keeps nothing, each page begins anew. */
const memory = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* nothing is kept */ } },
};

let query = null;

/** Fold or unfold the sidebar that stands on the page, now and whenever the window becomes narrow or wide. */
export function foldSidebar() {
  if (query) return;
  query = window.matchMedia(NARROW);
  follow();
  document.documentElement.dataset.sidebar = "settled"; // the style sheet has kept it away until here
  query.addEventListener("change", () => setTimeout(follow, SETTLE));
}

function follow() {
  const now = query.matches ? "narrow" : "wide";
  const kept = { window: "wide", narrow: "true", wide: null, ...JSON.parse(memory.get(OURS) ?? "{}") };
  if (kept.window !== now) {
    kept[kept.window] = memory.get(STREAMLITS);
    memory.set(STREAMLITS, kept[now]);
    memory.set(OURS, JSON.stringify({ ...kept, window: now }));
  }
  const sidebar = document.querySelector(".stSidebar");
  const folded = sidebar?.getAttribute("data-collapsed") === "true";
  const wished = (memory.get(STREAMLITS) ?? kept[now]) === "true";
  if (!sidebar || folded === wished) return;
  const button = folded ? document.querySelector('[data-testid="stExpandSidebarButton"]') : sidebar.querySelector('[data-testid="stSidebarCollapseButton"] button');
  button?.click();
}
