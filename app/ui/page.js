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
    for (const segment of data.segments) {
      const part = document.createElement(segment.marked ? "mark" : "span");
      part.className = segment.style;
      part.textContent = segment.text;
      card.append(part);
    }
    root.append(card);
    requestAnimationFrame(() => reveal(card.querySelector("mark")));
  }
  parentElement.querySelector(".page")?.remove();
  parentElement.append(root);

  // Scrolls the panel, never the conversation.
  function reveal(target) {
    const panel = root.getRootNode().host?.closest(".st-key-source");
    if (!target || !panel) return;
    const at = target.getBoundingClientRect();
    const frame = panel.getBoundingClientRect();
    if (at.top < frame.top || at.bottom > frame.bottom) panel.scrollTop += at.top - frame.top - frame.height / 3;
  }
}
