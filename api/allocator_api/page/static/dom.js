// Small helpers: elements, and tables whose heads are heads.

export const $ = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

// rows: arrays whose first cell names the row; a cell is text or a node.
export function tableOf(caption, heads, rows, kind = "") {
  const head = el("tr", {}, ...heads.map((text, at) => el("th", { scope: "col", class: at ? "figure" : "", text })));
  const body = rows.map((row) => el("tr", {}, ...row.map((cell, at) => {
    const made = el(at ? "td" : "th", at ? { class: "figure" } : { scope: "row" });
    made.append(cell);
    return made;
  })));
  return el("table", { class: kind }, el("caption", { text: caption }), el("thead", {}, head), el("tbody", {}, ...body));
}

// Replace what a place holds, unless it is the same.
export function fill(place, ...children) {
  place.replaceChildren(...children.filter((child) => child != null));
}
