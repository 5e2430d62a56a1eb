// What tools/shots_checks.py asks a page about itself. Looks into open shadow roots.
(() => {
  const TARGET_PX = 44;
  const SOME_LETTERS = /[\p{L}\p{N}]{2}/u;

  function* everything(root) {
    for (const element of root.children) {
      yield element;
      if (element.shadowRoot) yield* everything(element.shadowRoot);
      yield* everything(element);
    }
  }

  const parentOf = (element) =>
    element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null;

  function* ancestors(element) {
    for (let at = parentOf(element); at; at = parentOf(at)) yield at;
  }

  const isWithin = (element, outer) => {
    if (element === outer) return true;
    for (const at of ancestors(element)) if (at === outer) return true;
    return false;
  };

  const isSeen = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    if (box.width <= 2 || box.height <= 2 || getComputedStyle(element).clipPath !== "none") {
      return false;
    }
    for (const at of ancestors(element)) {
      const of = at.getBoundingClientRect();
      // What only a screen reader gets stands in a box of one pixel.
      if (of.width <= 2 && of.height <= 2 && getComputedStyle(at).overflow !== "visible") return false;
    }
    return true;
  };

  const ownText = (element) =>
    [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.data.trim())
      .join(" ")
      .trim();

  const nameOf = (element) => {
    const classes = [...element.classList].slice(0, 2).map((name) => `.${name}`);
    const words = (element.getAttribute("aria-label") ?? element.textContent).trim();
    const place = element.id ? `#${element.id}` : classes.join("");
    return `<${element.localName}${place}> ${words.replace(/\s+/g, " ").slice(0, 50)}`;
  };

  const isLineClamped = (style) => style.webkitLineClamp !== "none";

  function overflow() {
    const found = [];
    const root = document.documentElement;
    const width = root.clientWidth;
    const wanted = Math.max(root.scrollWidth, document.body.scrollWidth);
    if (wanted > width) found.push(`the page wants ${wanted} px of ${width}`);
    for (const element of everything(document.body)) {
      const isControl = element.matches("button, a[href], input, select, textarea, summary");
      if (!(ownText(element) || isControl) || element.closest("[aria-hidden=true]")) continue;
      if (!isSeen(element)) continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const scrolls = [...ancestors(element)].some((at) =>
        /auto|scroll/.test(getComputedStyle(at).overflowX),
      );
      if ((box.right > width + 1 || box.left < -1) && !scrolls) {
        const edges = `${Math.round(box.left)} to ${Math.round(box.right)} of ${width}`;
        found.push(`sticks out, ${edges}: ${nameOf(element)}`);
      } else if (
        /hidden|clip/.test(style.overflowX) &&
        style.textOverflow !== "ellipsis" &&
        !isLineClamped(style) &&
        !element.matches("input, select, textarea") &&
        element.scrollWidth > element.clientWidth + 1
      ) {
        found.push(`is cut off: ${nameOf(element)}`);
      }
    }
    return found;
  }

  // A link within a sentence may be as high as its line (WCAG 2.5.8, "inline").
  const isInProse = (element) => {
    if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return false;
    const block = element.closest("p, li, dd, label, figcaption");
    if (!block) return false;
    const links = [...block.querySelectorAll("a")].map((link) => link.textContent).join("");
    return SOME_LETTERS.test(block.textContent.replace(links, ""));
  };

  const hit = (x, y) => {
    let found = document.elementFromPoint(x, y);
    while (found?.shadowRoot) {
      const deeper = found.shadowRoot.elementFromPoint(x, y);
      if (!deeper || deeper === found) break;
      found = deeper;
    }
    return found;
  };

  const reaches = (element) => {
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const [across, down] = [box.width, box.height].map((size) => Math.max(size, TARGET_PX) / 2 - 1);
    const points = [
      [x - across, y],
      [x + across, y],
      [x, y - down],
      [x, y + down],
    ];
    return points.every(([atX, atY]) => {
      const found = hit(atX, atY);
      return found !== null && isWithin(found, element);
    });
  };

  function targets() {
    const found = [];
    const wanted =
      "a[href], button, input, select, textarea, summary, [role=tab], [role=button], [role=link]";
    for (const element of everything(document.body)) {
      if (!element.matches(wanted) || element.matches(":disabled, [type=hidden]")) continue;
      if (!element.checkVisibility({ visibilityProperty: true }) || isInProse(element)) continue;
      if (element.matches(".skip-link") || element.closest("[inert], [aria-hidden=true]")) continue;
      const target = element.labels?.length && element.matches("[type=checkbox], [type=radio]")
        ? element.labels[0]
        : element;
      const { width, height } = target.getBoundingClientRect();
      const isSmall = width < TARGET_PX - 0.5 || height < TARGET_PX - 0.5;
      if (isSmall && width > 0 && !reaches(target)) {
        found.push(`${width.toFixed(0)} × ${height.toFixed(0)} px: ${nameOf(target)}`);
      }
    }
    scrollTo(0, 0);
    return found;
  }

  // Pieces of text as people see or hear them, one entry a text node or attribute.
  function words() {
    const found = new Set([document.title]);
    const language = document.documentElement.lang;
    for (const element of everything(document.body)) {
      if (element.matches("script, style, template, noscript, datalist, code, [translate=no]")) continue;
      const spoken = element.closest("[lang]");
      if (spoken && spoken.lang !== language) continue;
      if (element.closest("svg, noscript, datalist, code, [translate=no]")) continue;
      if (!element.checkVisibility({ visibilityProperty: true }) && !element.closest("select")) continue;
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) found.add(node.data);
      }
      for (const name of ["aria-label", "placeholder", "title", "alt", "data-confirm"]) {
        if (element.hasAttribute(name)) found.add(element.getAttribute(name));
      }
    }
    return [...found].map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean);
  }

  // Pictures that wait to be scrolled to would be missing on a picture of the whole page.
  async function settled() {
    const waiting = [];
    for (const element of everything(document.body)) {
      if (element.localName !== "img") continue;
      element.loading = "eager";
      if (!element.complete) {
        waiting.push(new Promise((done) => (element.onload = element.onerror = done)));
      }
    }
    const enough = new Promise((done) => setTimeout(done, 3000));
    await Promise.race([Promise.all(waiting), enough]);
    const ends = document.getAnimations().filter(
      (one) => one.effect?.getComputedTiming().iterations !== Infinity,
    );
    await Promise.all(ends.map((one) => one.finished.catch(() => null)));
  }

  return { overflow, settled, targets, words };
})()
