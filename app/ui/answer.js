// An answer: sentences with numbered chips. Text goes in as textContent only.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let root = parentElement.querySelector(".answer");
  if (!root) {
    root = document.createElement("div");
    root.className = "answer";
    parentElement.appendChild(root);
    if (data.fresh) {
      const host = parentElement.host ?? parentElement;
      requestAnimationFrame(() => host.closest(".stChatMessage")?.scrollIntoView({ block: "start" }));
    }
  }
  const drawn = JSON.stringify([data.claims, data.citations, data.copy]);
  if (root.dataset.drawn !== drawn) {
    root.replaceChildren(...sentences());
    root.dataset.drawn = drawn;
  }
  for (const chip of root.querySelectorAll(".chip")) {
    const marker = Number(chip.dataset.marker);
    chip.setAttribute("aria-pressed", String(marker === data.selected));
    chip.onclick = () => setTriggerValue("open", marker);
  }

  function sentences() {
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.setAttribute("role", "tooltip");
    tip.id = "tip";
    tip.hidden = true;
    const lines = data.claims.map((claim) => {
      const line = document.createElement("p");
      line.className = claim.frame ? "claim frame" : "claim";
      // The last word and the chips stay on one line: a chip alone on a line belongs to nothing.
      const [, text, last] = claim.text.match(/^([^]*?)(\S{0,24})\s*$/);
      const end = document.createElement("span");
      end.className = "end";
      end.textContent = last;
      for (const marker of claim.markers) {
        const citation = data.citations[String(marker)];
        if (citation) end.append(chip(marker, citation, tip));
      }
      if (!claim.frame && !claim.markers.length) {
        const warning = document.createElement("span");
        warning.className = "unsupported";
        warning.textContent = data.unsupported;
        end.append(warning);
      }
      line.append(...inline(text), end);
      return line;
    });
    return data.draft ? [...lines, tip] : [...lines, tip, copyButton()];
  }

  function copyButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = data.copy;
    button.onclick = async () => {
      await navigator.clipboard.writeText(data.plain);
      button.textContent = data.copied;
      setTimeout(() => (button.textContent = data.copy), 2000);
    };
    return button;
  }

  // Code and emphasis of a quoted sentence; everything else is text as it stands.
  function inline(text) {
    return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
      const mark = part.startsWith("`") ? "code" : part.startsWith("**") ? "strong" : "";
      if (!mark || part.length < 3) return part;
      const element = document.createElement(mark);
      element.textContent = part.replace(/^(`|\*\*)|(`|\*\*)$/g, "");
      return element;
    });
  }

  function chip(marker, citation, tip) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.marker = String(marker);
    button.textContent = citation.about ? `≈${marker}` : String(marker);
    button.setAttribute("aria-label", citation.label);
    button.setAttribute("aria-describedby", "tip");
    const show = () => {
      const place = document.createElement("div");
      place.className = "place";
      place.textContent = citation.location;
      const quote = document.createElement("div");
      quote.className = "quote";
      quote.textContent = citation.quote;
      const about = document.createElement("div");
      about.className = "about";
      about.textContent = citation.about;
      tip.replaceChildren(place, quote, ...(citation.about ? [about] : []));
      tip.hidden = false;
      const at = button.getBoundingClientRect();
      const frame = root.getBoundingClientRect();
      const left = Math.min(Math.max(0, at.left - frame.left - 24), Math.max(0, frame.width - tip.offsetWidth));
      tip.style.left = `${left}px`;
      const above = at.top - tip.offsetHeight - 8;
      tip.style.top = `${(above > 64 ? above : at.bottom + 8) - frame.top}px`;
    };
    const hide = () => {
      tip.hidden = true;
    };
    button.onpointerenter = (event) => {
      if (event.pointerType === "mouse") show();
    };
    button.onfocus = () => {
      if (button.matches(":focus-visible")) show();
    };
    button.addEventListener("click", hide);
    button.onpointerleave = hide;
    button.onblur = hide;
    button.onkeydown = (event) => {
      if (event.key === "Escape") hide();
    };
    return button;
  }
}
