import htmx from "htmx.org/dist/htmx.esm.js";

const MINUTE_MS = 60_000;

/** The bell: how many are unread, asked once a minute while one looks; the list is fetched when it opens. */
export function startBell(): void {
  const bell = document.getElementById("bell");
  const badge = document.getElementById("bell-count");
  const url = bell?.dataset.bell;
  if (!bell || !badge || !url) return;
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    const response = await fetch(`${url}?count=1`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const { count } = (await response.json()) as { count: number };
    badge.textContent = count ? (count > 99 ? "99+" : String(count)) : "";
  };
  const list = (): void => void htmx.ajax("GET", url, { target: "#notifications", swap: "innerHTML" });
  bell.addEventListener("show.bs.dropdown", list);
  document.addEventListener("notifications-read", () => {
    badge.textContent = "";
    list();
  });
  document.addEventListener("visibilitychange", () => void ask());
  setInterval(() => void ask(), MINUTE_MS);
  void ask();
}
