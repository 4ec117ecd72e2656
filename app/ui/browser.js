// Cookies and the theme. Streamlit has no call for its theme: its own menu is asked, which changes it at once; where
// the menu is not what it was, the choice is written where Streamlit reads it and the page loads again.
const THEMES = ["System", "Light", "Dark"];
const LEADS_AWAY =
  '[data-testid="stSidebarNavLink"], [class*="st-key-conversation-"] button, .st-key-new-chat button, .st-key-library button';
const NARROW = 640; // as in layout.css
const shown = (globalThis.seodangShown ??= { cookies: {}, change: 0, listening: false });

export default function (component) {
  if (!shown.listening) {
    shown.listening = true;
    document.addEventListener("click", closeSidebar);
  }
  const { cookies, change, pages } = component.data;
  const secure = location.protocol === "https:" ? "; secure" : "";
  for (const [name, [value, seconds]] of Object.entries(cookies)) {
    if (shown.cookies[name] === value) continue;
    shown.cookies[name] = value;
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${seconds}; samesite=strict${secure}`;
  }
  if (change && change.number !== shown.change) {
    shown.change = change.number;
    setTheme(change.theme, pages);
  }
}

// On a phone the sidebar lies over the page: what was chosen there should be seen.
function closeSidebar(event) {
  if (innerWidth > NARROW || !event.target.closest(LEADS_AWAY)) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

async function setTheme(theme, pages) {
  const base = location.pathname.replace(/[^/]*$/, "");
  for (const page of pages) localStorage.setItem(`stActiveTheme-${base}${page}-v2`, JSON.stringify(THEMES[theme]));
  const menu = document.querySelector('[data-testid="stMainMenuButton"]');
  menu?.click();
  const items = await found('[data-testid="stMainMenuPopover"] [role="menuitemradio"]');
  if (items.length !== THEMES.length) return location.reload();
  items[theme].click();
  menu.click();
}

async function found(selector) {
  for (let frame = 0; frame < 20; frame++) {
    await new Promise(requestAnimationFrame);
    const items = document.querySelectorAll(selector);
    if (items.length) return items;
  }
  return [];
}
