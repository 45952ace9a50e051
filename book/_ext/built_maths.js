// What built_maths.py asks of Temml: MathML that Chromium, Firefox and Safari draw alike.

const APPLY = "\u2061"; // stands unseen after the name of a function
const SIGNS = new Set("=≈≠<>≤≥∼→←⟹⟺∈∝+−±∓⋅×,"); // a line may break after them
const SHAPES = { "‾": "¯", "~": "˜" }; // accents as wide as a letter
const ROWS = new Set(["math", "mrow", "mstyle", "mtd"]);
const ORDINARY = new Set(["mi", "mn", "mrow", "mfrac", "msqrt", "msub", "msup", "msubsup", "mover"]);

const says = (node) => (node?.type === "mo" ? node.children[0].text : "");
const isSign = (node) => SIGNS.has(says(node));
const isSpace = (node) => node.type === "mspace";
const created = (like, type, children = [], attributes = {}) =>
  Object.assign(Object.create(Object.getPrototypeOf(like)),
    { type, attributes, children, classes: [], style: {}, label: "" });

// Elements that only group others, in a row that does as much.
const opened = (node, row) => {
  if (!node.type) return node.children ?? [node];
  if (!ROWS.has(row.type) || node.type !== "mrow" || Object.keys(node.style).length) return [node];
  if (node.children.some((child) => says(child) === APPLY)) return node.children;
  const [left, sign, right] = node.children; // a sign with spaces of its own
  return isSign(sign) && isSpace(left) && right && isSpace(right) ? [sign] : [node];
};

// A prime is a sign like others, not a small one above.
const unraised = (node) => {
  if (node.type !== "msup") return;
  const [, above] = node.children;
  const signs = above.type === "mrow" ? above.children : [above];
  if (!signs.length || signs.some((sign) => says(sign) !== "′")) return;
  Object.assign(node, { type: "mrow", children: [node.children[0], ...signs] });
};

// Spaces as in TeX, where browsers and Temml miss them.
const spaced = (row) => {
  const found = [];
  const bracket = (node) => node?.attributes.minsize && /^[([{⌈⌊⟨]/.test(says(node));
  const sum = (node) => node.type === "mrow" && node.children.length === 1;
  row.forEach((node, i) => {
    const before = found.at(-1);
    if (node.attributes.minsize) Object.assign(node.attributes, { lspace: "0", rspace: "0" });
    if (isSign(node)) {
      // Between a function's name and a sign there is the sign's space alone.
      if (before && isSpace(before) && says(found.at(-2)) === APPLY) found.pop();
      if (before) node.attributes.form ??= bracket(before) ? "prefix" : "infix";
    }
    if (says(row[i + 1]) === APPLY && ORDINARY.has(before?.type) && !sum(before))
      found.push(created(node, "mspace", [], { width: "0.1667em" }));
    found.push(node);
  });
  return found;
};

// Beside "&" a sign stands between two terms, also at the start of a line.
const aligned = ({ children: cells }) => {
  cells.forEach((cell, i) => {
    const [start] = cell.children;
    const first = start?.type === "mrow" ? start.children[0] : start;
    if (cells[i - 1]?.classes.includes("tml-right") && cell.classes.includes("tml-left") && isSign(first))
      first.attributes.form = "infix";
  });
};

const tidy = (node) => {
  if (!node.children) return;
  node.children.forEach(tidy);
  node.children = node.children.flatMap((child) => opened(child, node));
  // Without the nudges that suit another font.
  node.classes = node.classes.filter((name) => /^tml-(left|right|jot)$/.test(name));
  if (node.attributes?.stretchy === "false" && SHAPES[says(node)]) node.children[0].text = SHAPES[says(node)];
  unraised(node);
  // Words beside a sign would lend it their space, if they were text.
  if (node.type === "mtext" && node.children[0]?.text.length > 1) node.type = "mi";
  if (ROWS.has(node.type)) node.children = spaced(node.children);
  if (node.type === "mtr") aligned(node);
  // As tall as a bracket, lest the sign of a root hang below the line.
  if (node.type === "msqrt") node.children.unshift(created(node, "mspace", [], { height: "0.76em", depth: "0.14em" }));
};

// At its ends a formula has the space of the text around it.
const trimmed = ({ children: row }) => {
  if (says(row.at(-2)) === APPLY && isSpace(row.at(-1))) row.pop();
  if (isSign(row[0]) && row[0].attributes.form !== "prefix") row[0].attributes.lspace = "0";
};

// Firefox draws a space for the sign that stands for "of".
const unsaid = (node) => {
  node.children = node.children?.filter((child) => says(child) !== APPLY);
  node.children?.forEach(unsaid);
};

// The parts between which a formula may break, each an element of its own.
const parts = (row) => {
  const found = [[]];
  let depth = 0; // what stands in round brackets stays together
  row.forEach((node, i) => {
    found.at(-1).push(node);
    if (/^[({⟨]$/.test(says(node))) depth += 1;
    if (/^[)}⟩\]]$/.test(says(node))) depth = Math.max(depth - 1, 0);
    if (depth) return;
    const last = found.at(-1).findLast((each) => !isSpace(each));
    const breaks = isSign(last) && last.attributes.form !== "prefix" && found.at(-1).length > 1;
    if (breaks && row[i + 1] && !isSpace(row[i + 1])) found.push([]);
  });
  return found.length > 1 ? found.map((part) => created(row[0], "mrow", part)) : row;
};

const render = (tex, displayMode) => {
  try {
    const math = temml.__renderToMathMLTree(tex, { displayMode, throwOnError: true, strict: true });
    math.style = {};
    const held = math.children[0].type === "mrow"; // by braces
    tidy(math);
    const [first, ...others] = math.children;
    const whole = held || others.length || first?.type !== "mrow" ? math : first;
    trimmed(whole);
    unsaid(math);
    const row = whole.children;
    math.children = parts(row);
    if (math.children !== row) math.classes.push("parts");
    return { html: math.toMarkup() };
  } catch (error) {
    return { error: error.message.replaceAll("\u0332", "").trim() };
  }
};
