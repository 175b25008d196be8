import { csrfToken } from "../page";

const YEAR_SECONDS = 31_536_000;

function apply(choice: string): void {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = choice;
  root.dataset.bsTheme = choice === "auto" ? (dark ? "dark" : "light") : choice;
  for (const button of document.querySelectorAll<HTMLElement>("[data-set-theme]")) {
    button.setAttribute("aria-checked", String(button.dataset.setTheme === choice));
    button.classList.toggle("active", button.dataset.setTheme === choice);
  }
  document.dispatchEvent(new CustomEvent("theme-changed"));
}

export function startTheme(): void {
  const root = document.documentElement;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(root.dataset.theme ?? "auto"));
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-set-theme]");
    if (!button) return;
    const theme = button.dataset.setTheme ?? "auto";
    apply(theme);
    document.cookie = `muster_theme=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
    const url = button.closest<HTMLElement>("[data-theme-url]")?.dataset.themeUrl;
    if (url) void fetch(url, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: new URLSearchParams({ theme }) });
  });
}
