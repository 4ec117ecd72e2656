// An answer: sentences with numbered chips. Text goes in as textContent only.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let root = parentElement.querySelector(".answer");
  if (!root) {
    root = document.createElement("div");
    root.className = "answer";
    parentElement.appendChild(root);
    copyAsSource(root);
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
      const line = document.createElement("div");
      line.className = claim.frame ? "claim frame" : "claim";
      // The last word and the chips stay on one line: a chip alone on a line belongs to nothing.
      // A formula is not cut apart.
      const [, text, last] = claim.text.match(/^([^]*?)([^\s$\])`*]{0,24})\s*$/);
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

  // Code, formulas and emphasis of a quoted sentence; everything else is text as it stands.
  function inline(text) {
    return text.split(/(```[^]*?```|`[^`]+`|\*\*[^*]+\*\*)/).flatMap((part, place) => {
      if (place % 2 === 0) return formulas(part).map((p) => (p.source ? formulaElement(p, data.katex) : p));
      if (part.startsWith("```")) return [codeBlock(part)];
      const element = document.createElement(part.startsWith("`") ? "code" : "strong");
      element.textContent = part.replace(/^(`|\*\*)|(`|\*\*)$/g, "");
      return [element];
    });
  }

  function codeBlock(fenced) {
    const block = document.createElement("pre");
    block.textContent = fenced.replace(/^```[^\n`]*\n?|\n?```$/g, "");
    block.tabIndex = 0;
    return block;
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
      quote.append(...inline(citation.quote));
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
