/**
 * What of a page does not fit its window: a page that scrolls sideways, boxes over the side, text that is cut, text on text.
 * Each fault is a sentence; a page that fits has none. Measured where the page stands, at the top.
 */
() => {
  const WIDTH = document.documentElement.clientWidth;
  const PAGE = document.querySelectorAll("html, body, .stApp, .stAppViewContainer, .stMain");
  const SLACK = 1.5; // px: boxes end between pixels
  const faults = [];
  const name = (element) => {
    const classes = [...element.classList].filter((one) => /^(lab|st-key|st[A-Z]|net|ends|hero|door|doctor)/.test(one)).join(".");
    return element.tagName.toLowerCase() + (classes && `.${classes}`);
  };
  const isPage = (element) => [...PAGE].includes(element);
  const ancestors = (element) => {
    const chain = [];
    for (let one = element; one && !isPage(one); one = one.parentElement) chain.push(one);
    return chain;
  };
  const scrolls = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return (/auto|scroll/.test(overflowX) && element.scrollWidth > element.clientWidth) || (/auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight);
  };
  const clips = (element) => /hidden|clip/.test(getComputedStyle(element).overflowX);
  const isUnseen = (element) => ancestors(element).some((one) => {
    const { clipPath, clip, position } = getComputedStyle(one);
    return clipPath !== "none" || (clip !== "auto" && position === "absolute") || one.matches('.stSidebar[data-collapsed="true"], #js-plotly-tester');
  });
  const isVisible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !isUnseen(element);

  for (const element of PAGE) {
    const over = element.scrollWidth - element.clientWidth;
    if (over > SLACK && getComputedStyle(element).overflowX !== "hidden") faults.push(`${name(element)} scrolls sideways by ${over} px`);
  }

  const held = (element) => ancestors(element.parentElement).some((one) => scrolls(one) || clips(one));
  const over = [...document.body.querySelectorAll("*")].filter((element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    return width && height && (right > WIDTH + SLACK || left < -SLACK) && isVisible(element) && !held(element);
  });
  for (const element of over) {
    if (over.includes(element.parentElement)) continue; // told of already
    const { left, right } = element.getBoundingClientRect();
    faults.push(`${name(element)} "${element.textContent.trim().slice(0, 24)}" reaches from ${Math.round(left)} to ${Math.round(right)} px`);
  }

  /** Lines of text as they are seen: {text, element, left, right, top, bottom}. */
  const lines = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { currentNode: node } = walk;
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("style, script, noscript, select, .lab-glyph, [data-testid=stIconMaterial]")) continue;
    const style = getComputedStyle(element);
    if (/^rgba\(.*, 0\)$|transparent/.test(style.color) || !isVisible(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = node.data.trim().slice(0, 40);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      const line = { text, element, left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
      let away = false;
      for (const one of ancestors(element)) {
        const box = one.getBoundingClientRect();
        const middle = (rect.top + rect.bottom) / 2;
        if (scrolls(one)) {
          away = rect.right > box.right + SLACK || rect.left < box.left - SLACK || middle > box.bottom || middle < box.top;
          break;
        }
        if (!clips(one) || !box.width) continue;
        if (rect.right > box.right + SLACK || rect.left < box.left - SLACK) faults.push(`"${text}" of ${name(element)} is cut at the side by ${name(one)}`);
        else if (middle > box.bottom || middle < box.top) faults.push(`"${text}" of ${name(element)} is cut below by ${name(one)}`);
        else continue;
        away = true;
        break;
      }
      if (!away) lines.push(line);
    }
  }
  for (const input of document.querySelectorAll("input, textarea")) {
    if (/range|checkbox|radio|file|hidden/.test(input.type) || !isVisible(input) || !input.clientWidth) continue;
    if (input.scrollWidth > input.clientWidth + SLACK) faults.push(`"${input.value}" of ${name(input)} is cut in its box`);
  }
  const pen = document.createElement("canvas").getContext("2d");
  for (const select of document.querySelectorAll("select")) {
    if (!isVisible(select) || !select.clientWidth) continue;
    const { font, paddingLeft, paddingRight } = getComputedStyle(select);
    pen.font = font;
    const text = select.selectedOptions[0]?.textContent ?? "";
    const arrow = 16; // px, Chromium's own
    if (pen.measureText(text).width > select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - arrow + SLACK) faults.push(`"${text}" of ${name(select)} is cut in its list`);
  }

  // Two lines of text lie on each other where the middle parts do, in which letters stand.
  const core = ({ top, bottom }) => [top + 0.24 * (bottom - top), bottom - 0.24 * (bottom - top)];
  lines.sort((one, other) => one.top - other.top);
  lines.forEach((one, i) => {
    const [top, bottom] = core(one);
    for (let j = i + 1; j < lines.length && lines[j].top < one.bottom; j += 1) {
      const other = lines[j];
      const [otherTop, otherBottom] = core(other);
      if (Math.min(bottom, otherBottom) - Math.max(top, otherTop) < 1) continue;
      if (Math.min(one.right, other.right) - Math.max(one.left, other.left) < SLACK) continue;
      faults.push(`"${one.text}" of ${name(one.element)} and "${other.text}" of ${name(other.element)} lie on each other`);
    }
  });
  return [...new Set(faults)];
}
