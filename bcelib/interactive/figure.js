// Shows each figure of bcelib.interactive at the position of its slider.
//
// Nothing is computed here. A figure carries columns of numbers, one number for each
// position, as bcelib computed them. data-d and data-transform are templates whose fields
// stand in braces; data-show names the column whose number is shown.
//
// The script stands in every figure, so that a figure needs nothing else. It unpacks and
// wakes the figures that still sleep, wherever a notebook chooses to run it. No less-than
// sign and no ampersand: the figure is well-formed XML as well.
for (const packed of document.querySelectorAll(".bce-output script[type='text/html']"))
  packed.parentNode.outerHTML = packed.textContent;
for (const figure of document.querySelectorAll(".bce-interactive:not([data-live])")) {
  const slider = figure.querySelector("input");
  const spoken = figure.querySelector("output").firstElementChild;
  const now = (column) => figure.dataset[column].split("|")[slider.value];
  const show = () => {
    for (const name of ["d", "transform"])
      for (const part of figure.querySelectorAll(`[data-${name}]`))
        part.setAttribute(name, part.dataset[name].replace(/{(\w+)}/g, (_, c) => now(c)));
    for (const part of figure.querySelectorAll("[data-show]"))
      part.textContent = now(part.dataset.show).replace("-", "−");
    slider.setAttribute("aria-valuetext", spoken.textContent);
  };
  slider.addEventListener("input", show);
  slider.disabled = false;
  figure.dataset.live = "";
  show();
}
