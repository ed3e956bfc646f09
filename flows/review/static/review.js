// What the pages do more where scripts run: drawings that zoom and move together, facts on hover and focus, the chosen
// step beside its drawing. Everything it shows stands on the page already.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("script");
  for (const one of document.querySelectorAll(".needs-script")) one.hidden = false;

  // --- drawings: zoom and scroll, both alike

  const panes = [...document.querySelectorAll(".pane")];
  const drawings = panes.map((pane) => pane.querySelector("svg"));
  const natural = drawings.map((svg) => [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height]);
  const together = document.getElementById("together");
  const NATURAL = 4 / 3; // pixels a point
  let zoom = 1;

  const fitting = () => Math.max(0.3, Math.min(...panes.map((pane, n) => (pane.clientWidth - 2) / natural[n][0])));

  function setZoom(wanted, pane = null, x = 0, y = 0) {
    const before = zoom;
    zoom = Math.max(0.15, Math.min(4, wanted));
    const places = panes.map((one) => [one.scrollLeft, one.scrollTop]);
    drawings.forEach((svg, n) => {
      svg.style.width = `${natural[n][0] * zoom}px`;
      svg.style.height = `${natural[n][1] * zoom}px`;
    });
    panes.forEach((one, n) => {
      const [dx, dy] = one === pane ? [x, y] : [one.clientWidth / 2, one.clientHeight / 2];
      one.scrollLeft = ((places[n][0] + dx) * zoom) / before - dx;
      one.scrollTop = ((places[n][1] + dy) * zoom) / before - dy;
    });
  }

  const ways = { in: () => zoom * 1.25, out: () => zoom / 1.25, fit: fitting, natural: () => NATURAL };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => setZoom(ways[button.dataset.zoom]()));
  }

  let leading = null;
  let until = 0;
  for (const pane of panes) {
    pane.addEventListener("scroll", () => {
      if (!together || !together.checked || (leading !== pane && performance.now() < until)) return;
      leading = pane;
      until = performance.now() + 150;
      const share = (at, most) => (most > 0 ? at / most : 0);
      const across = share(pane.scrollLeft, pane.scrollWidth - pane.clientWidth);
      const down = share(pane.scrollTop, pane.scrollHeight - pane.clientHeight);
      for (const other of panes) {
        if (other === pane) continue;
        other.scrollLeft = across * (other.scrollWidth - other.clientWidth);
        other.scrollTop = down * (other.scrollHeight - other.clientHeight);
      }
    });
    pane.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = pane.getBoundingClientRect();
      setZoom(zoom * Math.exp(-event.deltaY / 300), pane, event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    pane.addEventListener("keydown", (event) => {
      const way = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "natural" }[event.key];
      if (way && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        setZoom(ways[way]());
      }
    });
    let from = null;
    pane.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType === "mouse") from = [event.clientX + pane.scrollLeft, event.clientY + pane.scrollTop, false];
    });
    pane.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [from[0] - event.clientX, from[1] - event.clientY];
      if (!from[2] && Math.hypot(x - pane.scrollLeft, y - pane.scrollTop) < 6) return;
      from[2] = true;
      pane.classList.add("dragged");
      pane.scrollTo(x, y);
    });
    const stop = () => setTimeout(() => { from = null; pane.classList.remove("dragged"); });
    pane.addEventListener("pointerup", stop);
    pane.addEventListener("pointerleave", stop);
    pane.addEventListener("click", (event) => { if (from && from[2]) { event.preventDefault(); event.stopPropagation(); } }, true);
    pane.addEventListener("dragstart", (event) => event.preventDefault());
  }
  if (panes.length) setZoom(panes.length > 1 ? fitting() : Math.max(1, fitting())); // one alone is read at once

  // --- facts on hover and focus; the same step on the other side

  const panel = document.getElementById("panel");
  const XLINK = "http://www.w3.org/1999/xlink";
  const href = (link) => link.getAttributeNS(XLINK, "href") || link.getAttribute("href") || "";
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);

  for (const link of document.querySelectorAll(".drawing a")) {
    const title = link.getAttributeNS(XLINK, "title");
    link.removeAttributeNS(XLINK, "title"); // or the browser would tell it a second time
    if (title) link.told = title;
  }

  // Of a step all facts; of a question just what becomes of it.
  function tellable(link) {
    const to = href(link) && document.getElementById(href(link).slice(1));
    if (to && to.matches("li")) return [...to.querySelectorAll(":scope > .line, :scope > .why")].map((one) => one.textContent.trim()).join("\n");
    if (!panel) return link.told; // nothing on the page tells more
    return to ? link.told || (link.parentElement.closest("a") || {}).told : "";
  }

  function tell(link, x, y) {
    const told = tellable(link);
    tip.hidden = !told;
    if (!told) return;
    tip.textContent = told;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.width - 4))}px`;
    tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 10) : y + 18}px`;
  }

  function same(link, on) {
    const to = link && href(link);
    for (const svg of drawings) for (const one of svg.querySelectorAll("a")) one.classList.toggle("same", on && !!to && href(one) === to);
  }
  for (const svg of drawings) {
    svg.addEventListener("pointermove", (event) => {
      const link = event.target.closest("a");
      if (link && event.pointerType === "mouse" && !event.buttons) tell(link, event.clientX, event.clientY);
      else tip.hidden = true;
    });
    svg.addEventListener("pointerover", (event) => same(event.target.closest("a"), true));
    svg.addEventListener("pointerleave", () => { tip.hidden = true; same(null, false); });
    svg.addEventListener("focusin", (event) => {
      const box = event.target.getBoundingClientRect();
      same(event.target, true);
      if (event.target.matches(":focus-visible")) tell(event.target, box.left, box.bottom - 14);
    });
    svg.addEventListener("focusout", () => { tip.hidden = true; same(null, false); });
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

  // --- the chosen step beside the drawing

  let chosen = null;
  function close() {
    panel.hidden = true;
    if (chosen) chosen.focus();
    chosen = null;
  }
  function show(link, target) {
    chosen = link;
    tip.hidden = true;
    const copy = target.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("[id]")]) one.removeAttribute("id");
    copy.removeAttribute("tabindex");
    if (copy.matches("li")) for (const one of copy.querySelectorAll("details")) one.open = true;
    const body = panel.querySelector(".chosen");
    let shown = copy;
    if (copy.matches("li")) {
      shown = document.createElement("ul");
      shown.append(copy);
    }
    body.replaceChildren(shown);
    panel.hidden = false;
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
  }
  if (panel) {
    panel.querySelector(".close").addEventListener("click", close);
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    for (const svg of drawings) {
      svg.addEventListener("click", (event) => {
        const link = event.target.closest("a");
        const to = link && (href(link) || href(link.querySelector("a") || link)); // beside the lines of a form: the form
        const target = to && to.startsWith("#") && document.getElementById(to.slice(1));
        if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        show(link, target);
      });
    }
  }

  // --- what is being computed is there in a moment

  const computing = document.getElementById("computing");
  if (computing) setTimeout(() => { if (!document.activeElement || !document.activeElement.matches("input, select")) location.reload(); }, 2000);

  // --- what an address names is open

  function open() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("li")) for (const one of target.querySelectorAll("details")) one.open = true;
  }
  addEventListener("hashchange", open);
  open();

  // --- a site without a server searches and sorts here

  const search = document.getElementById("search");
  if (search) {
    const table = document.querySelector("table.overview");
    const rows = [...table.tBodies[0].rows];
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\s+/);
      for (const row of rows) row.hidden = !words.every((word) => row.cells[0].textContent.toLowerCase().includes(word));
    });
    search.form.addEventListener("submit", (event) => event.preventDefault());
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = cell.textContent.trim();
      cell.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = cell.getAttribute("aria-sort") === "ascending";
        for (const one of table.tHead.rows[0].cells) one.removeAttribute("aria-sort");
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[column] ? row.cells[column].dataset.value || row.cells[column].textContent.trim() : "";
        const order = new Intl.Collator(root.lang, { numeric: true }).compare;
        rows.sort((one, other) => (down ? -1 : 1) * order(value(one), value(other)));
        table.tBodies[0].append(...rows);
      });
    });
  }
})();
