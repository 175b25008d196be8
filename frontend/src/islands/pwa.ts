import { text, userId } from "../page";
import { able, type Kit } from "../offline/store";
import { ask } from "./ask";
import { toast } from "./toast";

const STORE = "muster-shell-3"; // as in sw.js
const KIT_EVERY_MS = 15 * 60_000;
const OFFLINE = "/offline/";

/** The worker that answers without a network, the choices of today for its page, and the entries that wait. */
export function startPwa(): void {
  const url = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')?.dataset.worker;
  if (!url || !able()) return;
  const user = Number(userId());
  navigator.serviceWorker.register(url, { scope: "/" }).then(
    (found?: ServiceWorkerRegistration) => found && user && void prepare(user),
    () => undefined, // a browser inside another app may forbid it: then forms are as they are without it
  );
  if (!user) return;
  window.addEventListener("online", () => void count(user));
  document.addEventListener("muster:queue", () => void count(user));
  document.addEventListener("submit", (event) => void atSubmit(event, user), true);
  document.addEventListener("click", toOffline, true);
}

async function prepare(user: number): Promise<void> {
  const { forgetOthers } = await import("../offline/store");
  await forgetOthers(user);
  if (!document.querySelector(".bottom-add")) return; // who logs no activities needs no choices for them
  const mark = `muster.kit.${user}`;
  if (Date.now() - Number(sessionStorage.getItem(mark) ?? 0) > KIT_EVERY_MS) {
    const { fetchKit } = await import("../offline/sync");
    if (await fetchKit()) {
      await import("./offline");
      await keepShell();
      sessionStorage.setItem(mark, String(Date.now()));
    }
  }
  await count(user);
}

/** The page for entries in this language, asked for as nobody, and the files that this page was made of. */
async function keepShell(): Promise<void> {
  const store = await caches.open(STORE);
  const page = await fetch(`${OFFLINE}?lang=${document.documentElement.lang}`, { credentials: "omit" });
  if (page.ok) await store.put(OFFLINE, page);
  const named = [...document.querySelectorAll<HTMLLinkElement | HTMLScriptElement>("link[rel=stylesheet], link[rel=modulepreload], script[src]")];
  const urls = [
    ...named.map((one) => ("src" in one ? one.src : one.href)),
    ...performance.getEntriesByType("resource").map((one) => one.name),
    document.querySelector<HTMLMetaElement>('meta[name="icons"]')?.content ?? "",
  ].map((one) => new URL(one, location.href));
  for (const one of urls) {
    if (one.origin === location.origin && one.pathname.startsWith("/static/") && !(await store.match(one.href))) await store.add(one.href);
  }
}

/** How many wait stands in the top bar; what waits is sent as soon as it can be. */
async function count(user: number): Promise<void> {
  const { queue } = await import("../offline/store");
  let left = (await queue(user)).length;
  if (left && navigator.onLine && !document.querySelector("[data-offline]")) {
    const { sync } = await import("../offline/sync");
    left = await sync(user);
  }
  const link = document.getElementById("queue-link");
  if (!link) return;
  link.hidden = !left;
  link.querySelector(".top-count")!.textContent = left ? String(left) : "";
}

/** Without a network a form that would open in the drawer is written on the page that is kept. */
function toOffline(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="/activities/new/"], a[href^="/visits/here/"]');
  if (!link || navigator.onLine || !navigator.serviceWorker.controller) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  location.assign(`${OFFLINE}${new URL(link.href).search}`);
}

/** What an entry can hold; a form with more in it waits for the network itself. */
const SENT = new Set(
  "kind subject account recent contact deal lead activity body outcome next_step status planned_at done_at minutes latitude longitude accuracy datum mocked reason".split(" "),
);
const agreed = new WeakSet<Event["target"] & object>();

async function atSubmit(event: Event, user: number): Promise<void> {
  const form = event.target as HTMLFormElement;
  if (/\/logout\/?$/.test(new URL(form.action).pathname)) return signOut(event, form, user);
  if (navigator.onLine || !form.matches(".log-form, [data-checkin]") || !navigator.serviceWorker.controller) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const data = new FormData(form);
  const { entry, kept, put } = await import("../offline/store");
  const kit = await kept();
  if (!kit || kit.user !== user) return toast(text("offline"), "warning");
  const said = [...data].filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== "");
  const values = Object.fromEntries(said.filter(([name]) => name !== "csrfmiddlewaretoken"));
  values.account ||= values.recent ?? "";
  if (Object.keys(values).some((name) => !SENT.has(name))) return toast(text("offline"), "warning"); // the form stays as it is
  const photo = await stamped(form, kit, values, data.get("photo"));
  const checkin = form.matches("[data-checkin]");
  const title = values.subject || form.dataset.stamp || "";
  await put(entry(kit, checkin ? "checkin" : "activity", title, values, photo ? [photo] : []));
  location.assign(OFFLINE);
}

/** The photo with what the server would have written on it, and with when it was taken. */
async function stamped(form: HTMLFormElement, kit: Kit, values: Record<string, string>, photo: unknown): Promise<File | null> {
  if (!(photo instanceof File) || !photo.size) return null;
  const { near, stamp } = await import("./checkin");
  form.dataset.stamp ||= kit.accounts.find((one) => String(one.id) === values.account)?.text ?? "";
  form.dataset.member = kit.name;
  form.dataset.place = near(values.latitude, values.longitude);
  return (await stamp(form, photo, new Date(photo.lastModified))) ?? photo;
}

/** What was not sent is lost with the sign-out: only after asking. Nothing of the person stays on the device. */
async function signOut(event: Event, form: HTMLFormElement, user: number): Promise<void> {
  if (agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  try {
    const { queue, wipe } = await import("../offline/store");
    const left = (await queue(user)).length;
    if (left && !(await ask(text("unsent").replace("%s", String(left)), text("unsent_yes"), "danger"))) return;
    await wipe(user);
  } catch {
    // no store in this browser, so there is nothing in it: nobody is kept from signing out
  }
  for (const name of [`muster.recent.${user}`]) localStorage.removeItem(name);
  sessionStorage.removeItem(`muster.kit.${user}`);
  agreed.add(form);
  form.requestSubmit();
}
