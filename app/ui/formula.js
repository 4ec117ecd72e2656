// LaTeX in text, drawn by the KaTeX that Streamlit brings along. What KaTeX cannot read stays as it was written.
const FORMULA = /(\$\$[^$]+\$\$|\\\[[^]+?\\\]|\\\([^]+?\\\)|\$(?![\s\d.,]*\$)[^\s$](?:[^$\n]*[^\s$\\])?\$(?!\d))/;
const LIMITS = { throwOnError: true, trust: refuse, maxSize: 20, maxExpand: 200, strict: "ignore" };

// For commands that would link, load or style: a formula with one is no formula.
function refuse() {
  throw new Error("not in a formula");
}

// Pieces of a text: strings, and {formula, display} for what looks like LaTeX. "$5 and $6" is money.
function formulas(text) {
  return text.split(FORMULA).flatMap((source, place) => {
    if (!source) return [];
    if (place % 2 === 0) return [source];
    const wide = source.startsWith("$$") || source.startsWith("\\[");
    const size = source.startsWith("$") && !wide ? 1 : 2;
    const formula = source.slice(size, -size).trim();
    const latex = size === 2 || (/[\\^_=<>+*/|]|^[A-Za-z]'*$/.test(formula) && !/[가-힣]/.test(formula));
    return latex && formula.length <= 1000 ? [{ source, formula, display: wide }] : [source];
  });
}

// An element that shows the source until KaTeX has come, and again where it fails. It copies as its source.
function formulaElement({ source, formula, display }, katexFile) {
  const element = document.createElement("span");
  element.className = display ? "formula wide" : "formula";
  element.dataset.source = source;
  element.textContent = source;
  loadKatex(katexFile, element)
    .then((katex) => katex.render(formula, element, { ...LIMITS, displayMode: display }))
    .catch(() => (element.textContent = source));
  return element;
}

// Script and style are files of this server; the style is needed in each component's own tree.
async function loadKatex(file, element) {
  if (!file) throw new Error("no KaTeX");
  const script = document.querySelector('script[src*="static/js/"]').src;
  const style = document.querySelector('link[rel="stylesheet"][href*="static/css/index"]');
  const { default: katex } = await import(new URL(file, script).href);
  const tree = element.getRootNode();
  if (style && tree instanceof ShadowRoot && !tree.querySelector("link.katex-style")) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: style.href, className: "katex-style" });
    tree.append(link);
  }
  return katex;
}

// A selection is copied with formulas as they were written.
function copyAsSource(root) {
  root.addEventListener("copy", (event) => {
    const selection = root.getRootNode().getSelection?.() ?? document.getSelection();
    if (!selection?.rangeCount || !root.querySelector(".formula")) return;
    const copied = selection.getRangeAt(0).cloneContents();
    for (const formula of copied.querySelectorAll(".formula")) formula.textContent = formula.dataset.source;
    event.clipboardData.setData("text/plain", copied.textContent);
    event.preventDefault();
  });
}
