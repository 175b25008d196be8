import { isTyping } from "../page";
import { rowKey } from "./rowkeys";

const CHORD_MS = 1200;

/** `/` search, ⌘K or Ctrl+K commands, `g` then a letter goes there, `c` creates, `?` says all of them; rows of a list have keys of their own. */
export function startKeys(): void {
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      void openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (Date.now() < waiting) {
      waiting = 0;
      const link = document.querySelector<HTMLAnchorElement>(`#side a[data-key="${CSS.escape(key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
    } else if (key === "g") waiting = Date.now() + CHORD_MS;
    else if (key === "/") {
      event.preventDefault();
      document.getElementById("search")?.classList.add("open");
      document.querySelector<HTMLInputElement>("#search input")?.focus();
    } else if (key === "?") document.querySelector<HTMLDialogElement>("dialog#keys-help")?.showModal();
    else if (rowKey(key)) event.preventDefault();
    else if (key === "c") document.querySelector<HTMLElement>("main [data-create]")?.click();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-palette-open]")) void openPalette();
    const help = (event.target as Element).closest<HTMLDialogElement>("dialog#keys-help");
    if (help && (event.target === help || (event.target as Element).closest("[data-close]"))) help.close();
  });
}

async function openPalette(): Promise<void> {
  (await import("./palette")).open();
}
