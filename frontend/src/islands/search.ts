import htmx from "htmx.org/dist/htmx.esm.js";
import { recent } from "./recent";

/** The search box of the top bar: `/` goes there, arrows walk through the hits. */
export function startSearch(): void {
  const box = document.getElementById("search");
  const input = box?.querySelector<HTMLInputElement>("input");
  const pop = document.getElementById("search-results");
  if (!box || !input || !pop) return;
  const hits = (): HTMLElement[] => [...pop.querySelectorAll<HTMLElement>("a.hit")];
  const show = (open: boolean): void => {
    pop.hidden = !open || !(input.value.trim() || hits().length);
    input.setAttribute("aria-expanded", String(!pop.hidden));
  };
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-search-open]")) {
      box.classList.add("open");
      input.focus();
    } else if (!box.contains(event.target as Node)) {
      box.classList.remove("open");
      show(false);
    }
  });
  const atHand = async (): Promise<void> => {
    const url = `${input.form?.getAttribute("action") ?? ""}?${recent()}`;
    await htmx.ajax("GET", url, { target: pop, swap: "innerHTML" });
    show(document.activeElement === input);
  };
  input.addEventListener("focus", () => {
    if (!input.value.trim()) void atHand();
    show(true);
  });
  input.addEventListener("input", () => show(true));
  pop.addEventListener("htmx:after:swap", () => show(document.activeElement === input));
  box.addEventListener("keydown", (event) => {
    const all = hits();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") {
      show(false);
      box.classList.remove("open");
      input.blur();
    } else if (event.key === "ArrowDown" && all.length) {
      event.preventDefault();
      all[(at + 1) % all.length]?.focus();
    } else if (event.key === "ArrowUp" && all.length) {
      event.preventDefault();
      if (at <= 0) input.focus();
      else all[at - 1]?.focus();
    }
  });
}
