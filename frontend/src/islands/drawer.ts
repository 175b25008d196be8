import { Offcanvas } from "@tabler/core/dist/js/tabler.esm.min.js";
import htmx from "htmx.org/dist/htmx.esm.js";
import { toast, type Tone } from "./toast";

const body = (): HTMLElement | null => document.getElementById("drawer-body");
const box = (): HTMLElement | null => document.getElementById("drawer");

/** Show URL in the drawer: the same page, without its frame. */
export async function openInDrawer(url: string): Promise<void> {
  const target = body();
  const drawer = box();
  if (!target || !drawer) return location.assign(url);
  target.replaceChildren(document.getElementById("drawer-skeleton")!.cloneNode(true));
  (target.firstElementChild as HTMLElement).hidden = false;
  Offcanvas.getOrCreateInstance(drawer).show();
  await htmx.ajax("GET", url, { target, swap: "innerHTML" });
  const title = target.querySelector<HTMLElement>(".page-title");
  if (title) {
    title.id = "drawer-title";
    focusFirst(drawer, target);
  } else if (target.querySelector("#drawer-skeleton")) {
    Offcanvas.getInstance(drawer)?.hide(); // refused: a toast says why
  }
}

/** Into the first field: at once, and again when the drawer has slid in and taken the focus for itself. */
function focusFirst(drawer: HTMLElement, target: HTMLElement): void {
  const focus = (): void =>
    target.querySelector<HTMLElement>("form :is(input, select, textarea):not([type=hidden], [type=checkbox])")?.focus();
  focus();
  drawer.addEventListener("shown.bs.offcanvas", focus, { once: true });
}

export function closeDrawer(): void {
  const drawer = box();
  if (drawer) Offcanvas.getInstance(drawer)?.hide();
}

function refresh(): void {
  const parts = document.querySelectorAll<HTMLElement>("[data-refresh]");
  if (!parts.length) return location.reload();
  for (const part of parts) {
    void htmx.ajax("GET", part.dataset.refresh || location.href, { target: part, swap: part.dataset.refreshSwap ?? "innerHTML" });
  }
}

export function startDrawer(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-drawer]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    void openInDrawer(link.href);
  });
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-drawer-close]")) return;
    if (!body()?.contains(event.target as Node)) return;
    event.preventDefault();
    closeDrawer();
  });
  document.addEventListener("saved", (event) => {
    const { message, tone } = (event as CustomEvent<{ message?: string; tone?: Tone }>).detail ?? {};
    closeDrawer();
    if (message) toast(message, tone);
    refresh();
  });
  body()?.addEventListener("htmx:after:swap", () => {
    const wrong = body()?.querySelector<HTMLElement>("[role=alert][tabindex]");
    if (wrong) wrong.focus();
    else if (!body()?.contains(document.activeElement)) box()?.focus();
  });
  box()?.addEventListener("hidden.bs.offcanvas", () => body()?.replaceChildren());
}
