import { element, goToLogin, icon, isLogin, text } from "../page";
import { recent } from "./recent";
import { openInDrawer } from "./drawer";

interface Entry {
  label: string;
  hint?: string;
  url: string;
  icon: string;
  drawer?: boolean;
}
interface Group {
  label: string;
  items: Entry[];
}

const TYPING_MS = 140;
const dialog = (): HTMLDialogElement | null => document.querySelector("dialog#palette");

let groups: Group[] = [];
let shown: { entry: Entry; node: HTMLElement }[] = [];
let chosen = 0;
let asked = 0;

async function load(query: string): Promise<void> {
  const url = dialog()?.dataset.url;
  if (!url) return;
  const turn = ++asked;
  const response = await fetch(`${url}?${query ? new URLSearchParams({ q: query }) : recent()}`, { headers: { Accept: "application/json" } });
  if (response.redirected && isLogin(response.url)) return goToLogin();
  if (!response.ok || turn !== asked) return;
  groups = ((await response.json()) as { groups: Group[] }).groups;
  draw();
}

function row(entry: Entry): HTMLElement {
  const line = element("div", "hit", icon(entry.icon || "arrow-right"), element("span", "hit-text truncate", entry.label));
  if (entry.hint) line.append(element("span", "hit-hint truncate", entry.hint));
  line.setAttribute("role", "option");
  line.id = `palette-${shown.length}`;
  line.addEventListener("click", () => go(entry));
  line.addEventListener("pointermove", () => choose(shown.findIndex((one) => one.node === line)));
  return line;
}

function draw(): void {
  const list = document.getElementById("palette-list")!;
  list.replaceChildren();
  shown = [];
  for (const { label, items } of groups) {
    const group = element("div", "", element("div", "hit-group", label));
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    for (const entry of items) {
      const node = row(entry);
      shown.push({ entry, node });
      group.append(node);
    }
    list.append(group);
  }
  if (!shown.length) list.append(element("div", "palette-none", text("nothing")));
  choose(0);
}

function choose(index: number): void {
  if (!shown.length) return;
  chosen = (index + shown.length) % shown.length;
  shown.forEach(({ node }, at) => node.setAttribute("aria-selected", String(at === chosen)));
  const node = shown[chosen]!.node;
  node.scrollIntoView({ block: "nearest" });
  dialog()?.querySelector("input")?.setAttribute("aria-activedescendant", node.id);
}

function go(entry: Entry): void {
  dialog()?.close();
  if (entry.drawer) void openInDrawer(entry.url);
  else location.assign(entry.url);
}

export function open(): void {
  const box = dialog();
  const input = box?.querySelector("input");
  if (!box || !input || box.open) return;
  if (!box.dataset.ready) {
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void load(input.value.trim()), TYPING_MS);
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        choose(chosen + step);
      } else if (event.key === "Enter" && !event.isComposing && shown[chosen]) go(shown[chosen]!.entry);
    });
    box.addEventListener("click", (event) => event.target === box && box.close());
    box.dataset.ready = "yes";
  }
  input.value = "";
  box.showModal();
  input.focus();
  void load("");
}
