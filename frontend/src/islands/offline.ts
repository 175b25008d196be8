import { element, icon, text, userId } from "../page";
import { able, drop, type Entry, entry, forgetOthers, kept, type Kit, put, queue } from "../offline/store";
import { fetchKit, sync } from "../offline/sync";
import { near, stamp } from "./checkin";
import { toast } from "./toast";

const PATIENCE_MS = 3000;

/** The page for entries without a network: forms above, what waits below. All its words stand in its template. */
export async function mount(root: HTMLElement): Promise<void> {
  const part = (name: string): HTMLElement => root.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
  const only = (...names: string[]): void => {
    for (const one of root.querySelectorAll<HTMLElement>("[data-part]")) one.hidden = !names.includes(one.dataset.part!);
  };
  if (!able() || !(await guarded())) return only("unable");
  const signedIn = Number(userId());
  if (signedIn) await forgetOthers(signedIn);
  if (signedIn && navigator.onLine) await fetchKit();
  const kit = await kept();
  if (!kit) return only("nobody");
  only("form", "queue", ...(kit.accounts.length || kit.contacts.length ? [] : ["stale"]));
  part("who").hidden = false;
  part("who").textContent = kit.name;
  const form = root.querySelector<HTMLFormElement>("form")!;
  fill(form, kit);
  const list = (): Promise<void> => show(root, kit, list);
  form.addEventListener("change", () => arrange(form, kit));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void write(form, kit).then(async (made) => made && (await list(), await send(root, kit, list)));
  });
  part("queue").querySelector("[data-send]")?.addEventListener("click", () => void send(root, kit, list, true));
  window.addEventListener("online", () => void send(root, kit, list));
  await list();
  await send(root, kit, list);
}

/** Is there a worker that shows this page without a network? A browser inside another app may forbid it. */
function guarded(): Promise<boolean> {
  const never = new Promise<boolean>((resolve) => window.setTimeout(() => resolve(false), PATIENCE_MS));
  return Promise.race([navigator.serviceWorker.ready.then(() => true), never]);
}

async function send(root: HTMLElement, kit: Kit, list: () => Promise<void>, asked = false): Promise<void> {
  if (!navigator.onLine) {
    if (asked) toast(text("offline"), "warning");
    return;
  }
  const before = (await queue(kit.user)).length;
  const left = await sync(kit.user, (one, percent) => {
    const bar = root.querySelector<HTMLElement>(`[data-entry="${one.id}"] progress`);
    if (bar instanceof HTMLProgressElement) {
      bar.hidden = false;
      bar.value = percent;
    }
  });
  await list();
  if (asked && left && left === before) toast(root.dataset.unsent ?? "", "warning");
  if (left < before) toast((root.dataset.sent ?? "").replace("%s", String(before - left)));
  document.dispatchEvent(new Event("muster:queue"));
}

function options(name: string, choices: { id: number; text: string }[], form: HTMLFormElement): void {
  const select = form.elements.namedItem(name) as HTMLSelectElement;
  const chosen = select.value;
  select.replaceChildren(new Option("", ""), ...choices.map((one) => new Option(one.text, String(one.id))));
  select.value = chosen;
  select.closest<HTMLElement>("[data-field]")!.hidden = !choices.length;
}

function fill(form: HTMLFormElement, kit: Kit): void {
  options("account", kit.accounts, form);
  options("plan", kit.plans, form);
  const asked = new URLSearchParams(location.search);
  for (const name of ["account", "plan"]) if (asked.get(name)) (form.elements.namedItem(name) as HTMLSelectElement).value = asked.get(name)!;
  arrange(form, kit);
}

/** Contacts and deals follow the customer; a plan brings what is written in it; a visit takes photos and the place. */
function arrange(form: HTMLFormElement, kit: Kit): void {
  const data = new FormData(form);
  const [kind, account, plan] = ["kind", "account", "plan"].map((name) => String(data.get(name) ?? ""));
  const at = (one: { account?: number | null }): boolean => !account || String(one.account) === account;
  options("contact", kit.contacts.filter(at), form);
  options("deal", kit.deals.filter(at), form);
  const planned = kit.plans.find((one) => String(one.id) === plan);
  for (const one of form.querySelectorAll<HTMLElement>("[data-free]")) one.hidden = Boolean(planned);
  for (const one of form.querySelectorAll<HTMLElement>("[data-links]")) if (kind === "visit") one.hidden = true;
  if (planned && form.dataset.plan !== plan) {
    (form.elements.namedItem("outcome") as HTMLInputElement).value = planned.outcome;
    (form.elements.namedItem("next_step") as HTMLInputElement).value = planned.next_step;
  }
  form.dataset.plan = plan;
  form.dataset.stamp = kit.accounts.find((one) => String(one.id) === account)?.text ?? "";
  form.dataset.member = kit.name;
}

async function write(form: HTMLFormElement, kit: Kit): Promise<boolean> {
  const data = new FormData(form);
  const values: Record<string, string> = {};
  for (const [name, value] of data) if (typeof value === "string" && value.trim()) values[name] = value.trim();
  const plan = kit.plans.find((one) => String(one.id) === values.plan);
  const checkin = !plan && values.kind === "visit";
  const wrong = plan ? "" : checkin && !values.account ? "customer" : !checkin && !values.subject ? "subject" : "";
  if (wrong) {
    toast(form.dataset[wrong] ?? "", "danger");
    (form.elements.namedItem(wrong === "customer" ? "account" : "subject") as HTMLElement).focus();
    return false;
  }
  const where = checkin && kit.locates ? await place() : {};
  form.dataset.place = near(where.latitude, where.longitude);
  const photos = await pictures(form, kit);
  if (!photos) return false;
  const named = kit.accounts.find((one) => String(one.id) === values.account)?.text;
  if (plan) values.version = String(plan.version);
  Object.assign(values, where);
  const title = plan?.text ?? [values.subject, named].filter(Boolean).join(" · ");
  await put(entry(kit, plan ? "plan" : checkin ? "checkin" : "activity", title, values, photos));
  form.reset();
  arrange(form, kit);
  toast(form.dataset.kept ?? "");
  return true;
}

/** The photos made small, with time, customer, name and about the place (to a kilometre) on them; null where one is too much. */
async function pictures(form: HTMLFormElement, kit: Kit): Promise<Blob[] | null> {
  const files = [...((form.elements.namedItem("photo") as HTMLInputElement).files ?? [])];
  if (files.length > kit.photos || files.some((one) => one.size > kit.photo_bytes)) {
    toast(form.dataset.photos!.replace("%n", String(kit.photos)).replace("%m", String(Math.round(kit.photo_bytes / 1_048_576))), "danger");
    return null;
  }
  const made: Blob[] = [];
  for (const file of files) made.push((await stamp(form, file)) ?? file);
  const canvas = form.querySelector("canvas");
  if (canvas) canvas.hidden = true;
  const room = await navigator.storage?.estimate?.();
  const size = made.reduce((sum, one) => sum + one.size, 0);
  if (room?.quota && room.quota - (room.usage ?? 0) < size * 2) {
    toast(form.dataset.full ?? "", "danger");
    return null;
  }
  return made;
}

function place(): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve({});
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), accuracy: String(coords.accuracy), datum: "wgs84" }),
      () => resolve({}),
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 0 },
    );
  });
}

// -- what waits -------------------------------------------------------------------------------------------------------

async function show(root: HTMLElement, kit: Kit, list: () => Promise<void>): Promise<void> {
  const all = await queue(kit.user);
  const box = root.querySelector<HTMLElement>("[data-entries]")!;
  box.replaceChildren(...all.map((one) => line(root, one, kit, list)));
  root.querySelector<HTMLElement>("[data-empty]")!.hidden = all.length > 0;
  root.querySelector<HTMLElement>("[data-send]")!.hidden = !all.length;
}

function line(root: HTMLElement, one: Entry, kit: Kit, list: () => Promise<void>): HTMLElement {
  const said = (key: string): string => root.dataset[key] ?? "";
  const moment = (iso: string): string => new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  const photos = one.photos.length ? ` · ${said("photo").replace("%s", String(one.photos.length))}` : "";
  const until = one.state === "waiting" ? ` · ${said("until").replace("%s", moment(one.until))}` : "";
  const words = element("div", "list-line-text", element("span", "list-line-title", one.title), element("span", "list-line-sub", `${moment(one.at)}${photos}${until}`));
  if (one.said && one.state !== "waiting") words.append(element("span", "list-line-sub tone-red tone-ink", one.said));
  const bar = element("progress", "queue-bar");
  Object.assign(bar, { max: 100, value: 0, hidden: true });
  const tone = { waiting: "blue", clash: "amber", refused: "red" }[one.state];
  const head = element("div", "list-line", icon(one.what === "activity" ? "note" : "map-pin"), words, element("span", `chip tone-${tone}`, said(one.state)));
  const made = element("div", "queue-entry", head, bar, tools(root, one, kit, list));
  made.dataset.entry = one.id;
  return made;
}

function tools(root: HTMLElement, one: Entry, kit: Kit, list: () => Promise<void>): HTMLElement {
  const box = element("div", "queue-tools");
  const button = (key: string, act: () => Promise<void>, tone = "secondary"): void => {
    const made = element("button", `btn btn-${tone} btn-sm`, root.dataset[key] ?? "");
    made.type = "button";
    made.addEventListener("click", () => void act().then(list));
    box.append(made);
  };
  const again = async (changed: Partial<Entry>): Promise<void> => {
    await put({ ...one, ...changed, state: "waiting", said: "", clash: undefined });
    await list();
    await send(root, kit, list);
  };
  const away = (): Promise<void> => drop(one.id).then(() => void document.dispatchEvent(new Event("muster:queue")));
  if (one.what === "checkin" && one.state === "waiting" && !one.values.left_at) {
    button("leave", () => put({ ...one, values: { ...one.values, left_at: new Date().toISOString() } }));
  }
  if (one.state === "clash" && one.clash && !one.clash.gone) {
    const { fields, version } = one.clash;
    box.append(table(root, fields));
    const with_ = (choose: (field: (typeof fields)[number]) => string): Partial<Entry> => ({
      values: { ...one.values, ...Object.fromEntries(fields.map((field) => [field.name, choose(field)])), version: String(version) },
    });
    button("theirs", away);
    button("mine", () => again(with_((field) => field.mine)), "primary");
    button("both", () => again(with_((field) => [field.theirs, field.mine].filter(Boolean).join("；"))));
  } else if (one.state === "clash" && one.clash) {
    box.append(table(root, one.clash.fields));
    const select = element("select", "form-select");
    select.setAttribute("aria-label", root.dataset.other ?? "");
    select.append(new Option(root.dataset.other ?? "", ""), ...kit.accounts.map((choice) => new Option(choice.text, String(choice.id))));
    select.addEventListener("change", () => {
      const { plan: _plan, version: _version, contact: _contact, deal: _deal, ...rest } = one.values;
      const values = { ...rest, account: select.value, kind: rest.kind || "note", subject: rest.subject || one.title.slice(0, 200) };
      if (select.value) void again({ what: one.what === "plan" ? "activity" : one.what, values });
    });
    box.append(select);
    button("drop", away, "danger");
  } else if (one.state === "refused") {
    button("again", () => again({}), "primary");
    button("drop", away, "danger");
  }
  return box;
}

function table(root: HTMLElement, fields: { name: string; theirs: string; mine: string }[]): HTMLElement {
  const head = element("tr", "", ...["field", "theirsHead", "mineHead"].map((key) => element("th", "", root.dataset[key] ?? "")));
  const rows = fields.map((one) => element("tr", "", element("th", "", root.dataset[`f_${one.name}`] ?? root.dataset[`f${one.name}`] ?? one.name), element("td", "", one.theirs || "–"), element("td", "", one.mine || "–")));
  return element("table", "clash", element("thead", "", head), element("tbody", "", ...rows));
}
