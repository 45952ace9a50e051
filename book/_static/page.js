// Small conveniences of every page. Without this script the page reads just as well.

// A menu closes when the reader clicks elsewhere or presses Escape.
const menus = [...document.querySelectorAll("details.menu")];
document.addEventListener("click", ({ target }) => {
  for (const menu of menus) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of menus.filter((menu) => menu.open)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A drawer closes when the reader follows a link to a place behind it.
for (const drawer of document.querySelectorAll("dialog")) {
  drawer.addEventListener("click", ({ target }) => target.closest("a") && drawer.close());
}

// Sphinx marks the words that were searched for. In what a drawing says unseen there is
// nothing to mark, and it would stop with an error.
for (const unseen of document.querySelectorAll("svg :is(title, desc, style)")) {
  unseen.classList.add("nohighlight");
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// Paper cannot be unfolded: print with every answer open, then fold back.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".bd-article details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

// What scrolls in its own box, a formula or a figure's table, can be reached and scrolled
// with the keyboard. (The theme's script does the same for code, outputs and tables.)
const boxes = document.querySelectorAll(".bd-article .math, .bce-interactive details div");
const page = document.documentElement;
const updateTabStops = () => {
  // In a page of large letters, inline formulas scroll as well; else their width is 0.
  page.classList.remove("narrow");
  page.classList.toggle("narrow", page.scrollWidth > page.clientWidth);
  for (const box of boxes) {
    if (box.clientWidth && box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
new ResizeObserver(updateTabStops).observe(document.body);
document.fonts.ready.then(updateTabStops);
document.addEventListener("toggle", updateTabStops, true);

// Code cells and citations can be copied. The clipboard needs a secure page (https or localhost).
if (navigator.clipboard) {
  for (const source of document.querySelectorAll(":is(.cell_input, .cite, .embed) .highlight")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.querySelector("pre").textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    source.append(button);
  }
}

// A formula is copied as its TeX, between dollars as in a notebook.
const elementAt = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.rangeCount !== 1) return;
  const range = selection.getRangeAt(0).cloneRange();
  const [first, last] = [range.startContainer, range.endContainer].map((end) =>
    elementAt(end).closest(".math"));
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const copy = elementAt(range.commonAncestorContainer).cloneNode();
  copy.append(range.cloneContents());
  const formulas = copy.querySelectorAll(".math");
  if (!formulas.length) return;
  for (const formula of formulas) {
    const dollars = formula.matches("div") ? "$$" : "$";
    formula.textContent = dollars + formula.dataset.tex + dollars;
  }
  for (const aid of copy.querySelectorAll(".headerlink, .copy")) aid.remove();
  document.body.append(copy); // as the page would show it
  event.clipboardData.setData("text/plain", copy.innerText.replace(/\n{4,}/g, "\n\n"));
  copy.remove();
  event.clipboardData.setData("text/html", copy.outerHTML);
  event.preventDefault();
});
