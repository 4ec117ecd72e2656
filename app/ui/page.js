// A page of a document: its image with boxes over the quote, or its text with the quote marked.
export default function (component) {
  const { data, parentElement } = component;
  const root = document.createElement("div");
  root.className = "page";
  if (data.image) {
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    const image = document.createElement("img");
    image.alt = data.alt;
    image.src = data.image;
    sheet.append(image);
    for (const [x0, y0, x1, y1] of data.boxes) {
      const box = document.createElement("div");
      box.className = "box";
      box.title = data.mark;
      box.style.left = `${x0 * 100}%`;
      box.style.top = `${y0 * 100}%`;
      box.style.width = `${(x1 - x0) * 100}%`;
      box.style.height = `${(y1 - y0) * 100}%`;
      sheet.append(box);
    }
    image.onload = () => reveal(sheet.querySelector(".box"));
    root.append(sheet);
  } else {
    const card = document.createElement("div");
    card.className = "card";
    card.lang = data.language;
    for (const stretch of stretches(data.segments)) {
      if (stretch[0].style === "row") addRow(card, stretch);
      else card.append(...stretch.map((segment) => piece(segment.text, segment)));
    }
    root.append(card);
    copyAsSource(root);
    requestAnimationFrame(() => reveal(card.querySelector("mark")));
  }
  parentElement.querySelector(".page")?.remove();
  parentElement.append(root);

  // Neighbours that belong to one block.
  function stretches(segments) {
    const found = [];
    for (const segment of segments) {
      const last = found.at(-1)?.at(-1);
      if (last && last.style === segment.style && last.block === segment.block) found.at(-1).push(segment);
      else found.push([segment]);
    }
    return found;
  }

  function piece(text, segment) {
    const part = document.createElement(segment.marked ? "mark" : "span");
    part.className = segment.style;
    const shown = segment.style === "heading" ? text.replace(/^#+\s+/, "") : text;
    if (segment.style === "code") part.textContent = shown.replace(/^```[^\n]*\n|\n?```\s*$/g, "");
    else part.append(...formulas(shown).map((p) => (p.source ? formulaElement(p, data.katex) : p)));
    return part;
  }

  // Lines of "| a | b |" become rows of the table before them, or of a new one; a ruler of dashes is left out.
  function addRow(card, segments) {
    const blank = card.lastChild;
    if (blank?.className === "text" && !blank.textContent.trim() && blank.previousSibling?.tagName === "TABLE") {
      blank.remove();
    }
    let table = card.lastChild?.tagName === "TABLE" ? card.lastChild : null;
    if (!table) {
      table = document.createElement("table");
      card.append(table);
    }
    let row = table.insertRow();
    let cell = row.insertCell();
    for (const segment of segments) {
      segment.text.split("\n").forEach((line, number) => {
        if (number) {
          finish(row);
          row = table.insertRow();
          cell = row.insertCell();
        }
        line.split(/[|\t]/).forEach((text, column) => {
          if (column) cell = row.insertCell();
          if (text.trim()) cell.append(piece(text.trim(), segment));
        });
      });
    }
    finish(row);
  }

  function finish(row) {
    if (/^[\s:-]*$/.test(row.textContent)) {
      row.remove();
      return;
    }
    for (const edge of [row.firstChild, row.lastChild]) {
      if (row.cells.length > 1 && !edge.textContent) edge.remove();
    }
  }

  // Scrolls the panel, never the conversation.
  function reveal(target) {
    const panel = root.getRootNode().host?.closest(".st-key-source");
    if (!target || !panel) return;
    const at = target.getBoundingClientRect();
    const frame = panel.getBoundingClientRect();
    if (at.top < frame.top || at.bottom > frame.bottom) panel.scrollTop += at.top - frame.top - frame.height / 3;
  }
}
