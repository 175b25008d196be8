/** Side bar: narrow on a desk, sliding in on a phone. */
export function startShell(): void {
  const side = document.getElementById("side");
  const veil = document.getElementById("side-veil");
  const slide = (open: boolean): void => {
    side?.classList.toggle("open", open);
    if (veil) veil.hidden = !open;
    for (const button of document.querySelectorAll("[data-side-open]")) button.setAttribute("aria-expanded", String(open));
    if (open) side?.querySelector<HTMLElement>("a")?.focus();
  };
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-side-open]")) slide(!side?.classList.contains("open"));
    else if (target === veil) slide(false);
    else if (target.closest("[data-side-narrow]")) narrow();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side?.classList.contains("open")) slide(false);
  });
  for (const part of side?.querySelectorAll<HTMLDetailsElement>(".side-part") ?? []) remember(part);
  side?.querySelector(".active")?.scrollIntoView({ block: "nearest" });
}

function narrow(): void {
  const root = document.documentElement;
  const now = root.dataset.sidebar === "narrow" ? "wide" : "narrow";
  root.dataset.sidebar = now;
  localStorage.setItem("muster.sidebar", now);
}

/** A part of the side bar stays as its reader left it; the one he stands in is open. */
function remember(part: HTMLDetailsElement): void {
  const key = `muster.side.${part.dataset.part}`;
  const kept = localStorage.getItem(key);
  if (kept && !part.querySelector(".active")) part.open = kept === "open";
  part.querySelector("summary")?.addEventListener("click", () => localStorage.setItem(key, part.open ? "folded" : "open"));
}
