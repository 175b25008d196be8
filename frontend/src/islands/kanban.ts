import Sortable from "sortablejs";
import { csrfToken, goToLogin, isLogin, sentence, text } from "../page";
import { openInDrawer } from "./drawer";
import { toast } from "./toast";

interface Place {
  lane: HTMLElement;
  next: Element | null;
}

interface Moved {
  version?: number;
  message?: string;
  totals?: Record<string, string>;
  drawer?: string;
}

/** Cards are dragged from lane to lane, or moved by their menu from the keyboard; the server has the last word. */
export function mount(board: HTMLElement): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let before: Place | null = null;
  for (const lane of board.querySelectorAll<HTMLElement>("[data-lane]")) {
    Sortable.create(lane, {
      group: board.id || "kanban",
      draggable: ".deal",
      filter: ".deal-menu",
      preventOnFilter: false,
      animation: calm ? 0 : 140,
      delay: 180,
      delayOnTouchOnly: true,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      ghostClass: "drag-ghost",
      fallbackClass: "drag-on",
      onStart: ({ item, from }) => (before = { lane: from, next: item.nextElementSibling }),
      onEnd: ({ item, to, from, oldIndex, newIndex }) => {
        if (before && (to !== from || oldIndex !== newIndex)) void save(item, before);
      },
    });
  }
  board.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-move-to]");
    const card = button?.closest<HTMLElement>(".deal");
    const lane = board.querySelector<HTMLElement>(`[data-lane="${CSS.escape(button?.dataset.moveTo ?? "")}"]`);
    if (!card || !lane || card.parentElement === lane) return;
    const from = { lane: card.parentElement!, next: card.nextElementSibling };
    lane.prepend(card);
    card.querySelector<HTMLElement>("a")?.focus();
    void save(card, from);
  });
  count(board);
}

async function save(card: HTMLElement, before: Place): Promise<void> {
  const lane = card.parentElement!;
  const body = new URLSearchParams({ stage: lane.dataset.lane ?? "", version: card.dataset.version ?? "" });
  const next = card.nextElementSibling as HTMLElement | null;
  body.set("before", next?.dataset.pk ?? "");
  card.classList.add("saving");
  card.dataset.saved = "";
  let problem = "";
  try {
    const response = await fetch(card.dataset.moveUrl ?? "", {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "application/json, text/html" },
    });
    if (response.redirected && isLogin(response.url)) return goToLogin();
    const type = response.headers.get("content-type");
    const answer = await response.text();
    const redirect = response.headers.get("HX-Redirect");
    if (!response.ok) problem = sentence(answer, type);
    else if (redirect) return location.assign(redirect);
    else if (type?.includes("json")) {
      const { version, message, totals, drawer } = JSON.parse(answer) as Moved;
      if (drawer) {
        before.lane.insertBefore(card, before.next); // asked in a form first; the board reloads when that is saved
        void openInDrawer(drawer);
      }
      if (version) card.dataset.version = String(version);
      if (message) toast(message);
      showTotals(card, totals ?? {});
    }
  } catch {
    problem = text("offline");
  }
  card.classList.remove("saving");
  card.dataset.saved = problem ? "no" : "yes";
  if (problem) {
    before.lane.insertBefore(card, before.next);
    toast(problem, "danger");
  }
  count(card.closest<HTMLElement>("[data-kanban]")!);
}

function showTotals(card: HTMLElement, totals: Record<string, string>): void {
  const board = card.closest("[data-kanban]");
  for (const [lane, total] of Object.entries(totals)) {
    const place = board?.querySelector(`[data-lane-total="${CSS.escape(lane)}"]`);
    if (place) place.textContent = total;
  }
}

/** The count of each lane follows its cards; those behind "more" stay counted. */
function count(board: HTMLElement): void {
  for (const lane of board.querySelectorAll<HTMLElement>(".lane")) {
    const counter = lane.querySelector<HTMLElement>("[data-lane-count]");
    if (!counter) continue;
    const hidden = Number(counter.dataset.hidden ?? "0");
    counter.textContent = String(lane.querySelectorAll(".deal").length + hidden);
  }
}
