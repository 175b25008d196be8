import { csrfToken, goToLogin, isLogin, isTyping, sentence, text } from "../page";
import { mountIslands } from "../mount";
import { toast } from "./toast";

/** Cells of a list, changed where they stand: double click or `e`, Enter saves, Tab saves and goes on, Esc leaves it. */
export function mount(table: HTMLElement): void {
  table.addEventListener("dblclick", (event) => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td");
    if (!cell || cell.querySelector(".cell-form") || (event.target as Element).closest("input, button, select")) return;
    if (columnOf(cell)) {
      event.preventDefault();
      void open(cell);
    }
  });
  table.addEventListener("muster:edit", (event) => {
    const first = editable((event.target as Element).closest("tr"))[0];
    if (first) void open(first);
  });
  table.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td");
    if (cell) void save(cell, 0);
  });
  table.addEventListener("click", (event) => {
    const cell = (event.target as Element).closest("[data-cell-theirs]")?.closest("td");
    if (cell) void renew(cell.parentElement as HTMLTableRowElement);
  });
  table.addEventListener("keydown", onKey);
}

function onKey(event: KeyboardEvent): void {
  const cell = (event.target as Element).closest<HTMLTableCellElement>("td:has(.cell-form)");
  if (!cell || event.isComposing) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(cell);
  } else if (event.key === "Tab" && !cell.querySelector(".cell-clash")) {
    event.preventDefault();
    void save(cell, event.shiftKey ? -1 : 1);
  } else if (event.key === "Enter" && !event.shiftKey && isTyping(event.target) && !cell.querySelector(".dropdown-active [role=option].active")) {
    event.preventDefault();
    void save(cell, 0);
  }
}

/** What a cell showed before it was opened, and where it is saved. */
const before = new WeakMap<HTMLElement, string>();

const tableOf = (cell: Element): HTMLTableElement => cell.closest("table")!;
const heads = (table: HTMLTableElement): HTMLElement[] => [...table.querySelectorAll<HTMLElement>("thead th")];

function columnOf(cell: HTMLTableCellElement): string {
  const head = heads(tableOf(cell))[cell.cellIndex];
  return head?.hasAttribute("data-edits") ? (head.dataset.column ?? "") : "";
}

function editable(row: HTMLTableRowElement | null): HTMLTableCellElement[] {
  return row ? [...row.cells].filter((cell) => columnOf(cell)) : [];
}

async function ask(url: string, body?: FormData): Promise<Response | null> {
  try {
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    const answer = await fetch(url, body ? { method: "POST", body, headers } : { headers });
    if (answer.status === 401 || (answer.redirected && isLogin(answer.url))) goToLogin();
    return answer;
  } catch {
    toast(text("offline"), "warning");
    return null;
  }
}

async function open(cell: HTMLTableCellElement): Promise<void> {
  const row = cell.parentElement as HTMLTableRowElement;
  const url = `${tableOf(cell).dataset.cells}${row.dataset.row}/${columnOf(cell)}/`;
  const answer = await ask(url);
  if (!answer) return;
  const body = await answer.text();
  if (!answer.ok) return toast(sentence(body, answer.headers.get("content-type")), "danger");
  before.set(cell, cell.innerHTML);
  show(cell, body);
}

function show(cell: HTMLTableCellElement, body: string): void {
  cell.innerHTML = body; // our own server's form, escaped there
  cell.classList.add("cell-open");
  mountIslands(cell);
  const field = cell.querySelector<HTMLElement>("[data-cell-theirs], input:not([type=hidden]), select, textarea");
  window.setTimeout(() => {
    const typed = cell.querySelector<HTMLElement>(".ts-control input") ?? field;
    typed?.focus();
    if (typed instanceof HTMLInputElement && typed.type !== "checkbox") typed.select();
  }, 60);
}

function close(cell: HTMLTableCellElement): void {
  cell.innerHTML = before.get(cell) ?? "";
  cell.classList.remove("cell-open");
  (cell.parentElement as HTMLElement).focus();
}

async function save(cell: HTMLTableCellElement, step: number): Promise<void> {
  const form = cell.querySelector<HTMLFormElement>(".cell-form");
  if (!form || form.dataset.busy) return;
  form.dataset.busy = "yes";
  const answer = await ask(form.action, new FormData(form));
  if (!answer) {
    delete form.dataset.busy;
    return;
  }
  if (answer.status === 204) return goOn(cell, step);
  const body = await answer.text();
  if (/<form[\s>]/.test(body)) return show(cell, body);
  close(cell);
  toast(sentence(body, answer.headers.get("content-type")), "danger");
}

async function goOn(cell: HTMLTableCellElement, step: number): Promise<void> {
  const row = cell.parentElement as HTMLTableRowElement;
  const at = cell.cellIndex;
  if (!(await renew(row)) || !step) return;
  const cells = editable(row);
  const next = step > 0 ? cells.find((one) => one.cellIndex > at) : cells.filter((one) => one.cellIndex < at).at(-1);
  if (next) void open(next);
}

/** The row as it is now, ticked as it was; it leaves the list where one may see it no longer. */
async function renew(row: HTMLTableRowElement): Promise<boolean> {
  const url = new URL(location.href);
  url.searchParams.delete("cursor");
  url.searchParams.set("row", row.dataset.row ?? "");
  const answer = await ask(url.href);
  if (!answer) return false;
  if (!answer.ok) {
    row.remove();
    return false;
  }
  const ticked = row.querySelector<HTMLInputElement>("input[data-pk]")?.checked ?? false;
  row.innerHTML = await answer.text();
  const box = row.querySelector<HTMLInputElement>("input[data-pk]");
  if (box) box.checked = ticked;
  row.focus();
  return true;
}
