/** Rows by the keyboard: j and k walk, x ticks, e edits, Enter opens. True where the key was one of them. */
const ROWS = "main .list-rows tr[data-row]";

export function rowKey(key: string): boolean {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>(ROWS)].filter((row) => row.offsetParent);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row === document.activeElement || row.classList.contains("row-on"));
  const row = rows[at];
  if (key === "j" || key === "k") go(rows, at < 0 ? 0 : at + (key === "j" ? 1 : -1));
  else if (!row) return false;
  else if (key === "x") row.querySelector<HTMLInputElement>("input[data-pk]")?.click();
  else if (key === "e") row.dispatchEvent(new CustomEvent("muster:edit", { bubbles: true }));
  else if (key === "enter" && document.activeElement === row) row.querySelector<HTMLAnchorElement>("a[href]")?.click();
  else return false;
  return true;
}

function go(rows: HTMLTableRowElement[], to: number): void {
  const row = rows[Math.max(0, Math.min(rows.length - 1, to))]!;
  for (const one of rows) one.classList.toggle("row-on", one === row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
