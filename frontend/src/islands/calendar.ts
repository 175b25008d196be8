import { csrfToken, goToLogin, isLogin, sentence, text } from "../page";
import { mountIslands } from "../mount";
import { openInDrawer } from "./drawer";
import { toast } from "./toast";

interface Shift {
  days: number;
  minutes: number;
  longer: number;
}

const STEP = 15;
const DAY = 1440;
const FAR = 5; // pixels before a press is a drag
const CALM = 700; // milliseconds after the last key until it is saved

/** Appointments and plans are dragged to another time or day, or made longer; Alt and the arrows do the same. */
export function mount(calendar: HTMLElement): void {
  calendar.addEventListener("pointerdown", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("[data-moves]");
    if (item && event.button === 0 && event.pointerType !== "touch") drag(calendar, item, event);
  });
  calendar.addEventListener("dragstart", (event) => event.preventDefault());
  let waiting = 0;
  let asked: Shift = { days: 0, minutes: 0, longer: 0 };
  calendar.addEventListener("keydown", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("[data-moves]");
    const more = item && event.altKey ? byKey(event, item) : null;
    if (!item || !more) return;
    event.preventDefault();
    asked = { days: asked.days + more.days, minutes: asked.minutes + more.minutes, longer: asked.longer + more.longer };
    show(calendar, item, asked);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const shift = asked;
      asked = { days: 0, minutes: 0, longer: 0 };
      void save(calendar, item, shift);
    }, CALM);
  });
}

function byKey(event: KeyboardEvent, item: HTMLElement): Shift | null {
  const month = Boolean(item.closest(".cal-cell"));
  const still = { days: 0, minutes: 0, longer: 0 };
  const down = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const right = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (right) return { ...still, days: right };
  if (!down) return null;
  if (month) return { ...still, days: down * 7 };
  return event.shiftKey ? { ...still, longer: down * STEP } : { ...still, minutes: down * STEP };
}

function drag(calendar: HTMLElement, item: HTMLElement, press: PointerEvent): void {
  const resizing = (press.target as Element).matches(".cal-handle");
  const from = item.closest<HTMLElement>("[data-day]");
  const column = item.closest<HTMLElement>(".cal-day");
  const pixels = column ? column.clientHeight / (Number(calendar.dataset.hours) * 60) : 0;
  let shift: Shift = { days: 0, minutes: 0, longer: 0 };
  let moving = false;
  const move = (event: PointerEvent): void => {
    const [across, down] = [event.clientX - press.clientX, event.clientY - press.clientY];
    if (!moving && Math.hypot(across, down) < FAR) return;
    moving = true;
    item.classList.add("is-moving");
    const minutes = pixels ? Math.round(down / pixels / STEP) * STEP : 0;
    item.style.pointerEvents = "none";
    const to = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-day]");
    const days = to && from && !resizing ? between(from.dataset.day!, to.dataset.day!) : 0;
    shift = resizing ? { days: 0, minutes: 0, longer: minutes } : { days, minutes, longer: 0 };
    show(calendar, item, shift);
  };
  const end = (event: PointerEvent | KeyboardEvent): void => {
    if (event instanceof KeyboardEvent && event.key !== "Escape") return;
    for (const name of ["pointermove", "pointerup", "pointercancel", "keydown"]) {
      document.removeEventListener(name, (name === "pointermove" ? move : end) as EventListener);
    }
    item.style.pointerEvents = "";
    if (!moving) return;
    // The click that ends a drag opens nothing.
    item.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    if (event.type === "pointerup" && (shift.days || shift.minutes || shift.longer)) void save(calendar, item, shift);
    else back(item);
  };
  document.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "keydown"]) document.addEventListener(name, end as EventListener);
}

function between(first: string, second: string): number {
  return Math.round((Date.parse(second) - Date.parse(first)) / (DAY * 60_000));
}

/** Where ITEM would stand, before it is saved. */
function show(calendar: HTMLElement, item: HTMLElement, shift: Shift): void {
  const from = item.closest<HTMLElement>("[data-day]");
  const column = item.closest<HTMLElement>(".cal-day");
  const pixels = column ? column.clientHeight / (Number(calendar.dataset.hours) * 60) : 0;
  const across = from ? shift.days * from.getBoundingClientRect().width : 0;
  item.classList.add("is-moving");
  item.style.translate = column ? `${across}px ${shift.minutes * pixels}px` : "";
  item.dataset.height ??= item.style.height;
  if (column) item.style.height = `calc(${item.dataset.height} + ${shift.longer * pixels}px)`;
  const time = item.querySelector<HTMLElement>(".num");
  const [begin, end] = times(item, shift);
  if (time && column) time.textContent = `${begin.slice(11)}–${end.slice(11)}`;
  for (const one of calendar.querySelectorAll(".is-target")) one.classList.remove("is-target");
  const day = begin.slice(0, 10);
  if (from) calendar.querySelector(`.cal-cell[data-day="${day}"], .cal-day[data-day="${day}"]`)?.classList.add("is-target");
}

function back(item: HTMLElement): void {
  item.classList.remove("is-moving");
  item.style.translate = "";
  if (item.dataset.height) item.style.height = item.dataset.height;
  for (const one of document.querySelectorAll(".is-target")) one.classList.remove("is-target");
  const time = item.closest(".cal-day") ? item.querySelector<HTMLElement>(".num") : null;
  if (time) time.textContent = `${item.dataset.was!.slice(11)}–${item.dataset.until!.slice(11)}`;
}

/** Begin and end on the reader's clock, as the page writes them. */
function times(item: HTMLElement, shift: Shift): [string, string] {
  const moved = shift.days * DAY + shift.minutes;
  const at = (text: string, minutes: number): number => Date.parse(`${text}:00Z`) + minutes * 60_000;
  const begin = at(item.dataset.was!, moved);
  const shortest = item.dataset.was === item.dataset.until ? 0 : STEP * 60_000;
  const end = Math.max(begin + shortest, at(item.dataset.until!, moved + shift.longer));
  return [begin, end].map((one) => new Date(one).toISOString().slice(0, 16)) as [string, string];
}

async function save(calendar: HTMLElement, item: HTMLElement, shift: Shift): Promise<void> {
  const [starts, ends] = times(item, shift);
  const { moves, pk, version, was, until, at } = item.dataset;
  const body = new URLSearchParams({ kind: moves!, pk: pk!, version: version!, was: was!, until: until! });
  body.set("starts_at", starts);
  body.set("ends_at", ends);
  if (at) body.set("at", at);
  let problem = "";
  try {
    const response = await fetch(calendar.dataset.moveUrl!, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "application/json" },
    });
    if (response.redirected && isLogin(response.url)) return goToLogin();
    const answer = await response.text();
    if (!response.ok) problem = sentence(answer, response.headers.get("content-type"));
    else {
      const { message, drawer } = JSON.parse(answer) as { message?: string; drawer?: string };
      if (message) toast(message);
      if (drawer) {
        back(item);
        return void openInDrawer(drawer);
      }
    }
  } catch {
    problem = text("offline");
  }
  if (problem) {
    back(item);
    toast(problem, "danger");
  }
  await refresh(calendar, `[data-moves="${moves}"][data-pk="${pk}"]`);
}

/** The calendar as it is now, with the focus where it was. */
async function refresh(calendar: HTMLElement, focus: string): Promise<void> {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.getElementById(calendar.id);
    if (!fresh) return;
    const scroll = calendar.querySelector(".cal-scroll")?.scrollLeft ?? 0;
    calendar.replaceWith(fresh);
    const box = fresh.querySelector(".cal-scroll");
    if (box) box.scrollLeft = scroll;
    fresh.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
    mountIslands(fresh);
  } catch {
    toast(text("offline"), "danger");
  }
}
