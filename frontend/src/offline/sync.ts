import { isLogin } from "../page";
import { type Clash, drop, type Entry, keep, type Kit, put, queue } from "./store";

const API = "/api/v1";
const LINKS = ["account", "contact", "deal", "lead", "activity"];

interface Answer {
  status: number;
  body: Record<string, unknown>;
}
interface Problem {
  detail?: string;
  errors?: Record<string, unknown>;
}

/** The choices of who is signed in; null where nobody is, or where there is no network. */
export async function fetchKit(): Promise<Kit | null> {
  try {
    const answer = await fetch("/offline/kit/", { headers: { Accept: "application/json" } });
    if (!answer.ok || (answer.redirected && isLogin(answer.url)) || !answer.headers.get("content-type")?.includes("json")) {
      await answer.body?.cancel();
      return null;
    }
    const kit = (await answer.json()) as Kit;
    await keep(kit);
    return kit;
  } catch {
    return null;
  }
}

export type Tell = (entry: Entry, percent: number) => void;

/** Send what waits, one after another and in one tab alone; how many are left. What is sent twice is made once. */
export async function sync(user: number, tell: Tell = () => undefined): Promise<number> {
  const run = async (): Promise<void> => {
    const waiting = (await queue(user)).filter((one) => one.state === "waiting");
    if (!waiting.length) return;
    const kit = await fetchKit();
    if (!kit || kit.user !== user) return;
    for (const one of waiting) if (!(await sendOne(one, kit.csrf, tell))) return;
  };
  if ("locks" in navigator) await navigator.locks.request("muster-sync", { ifAvailable: true }, (lock) => (lock ? run() : undefined));
  else await run();
  return (await queue(user)).length;
}

/** False where the network is gone again: then nothing more is tried. */
async function sendOne(entry: Entry, csrf: string, tell: Tell): Promise<boolean> {
  try {
    tell(entry, 0);
    const answer = await deliver(entry, csrf, tell);
    if (!answer) await drop(entry.id);
    else await put({ ...entry, ...judged(entry, answer) });
    return true;
  } catch {
    await put(entry); // as far as it came
    return false;
  }
}

/** Make the record, then its photos, then its end; the answer that refused, or null where all of it is there. */
async function deliver(entry: Entry, csrf: string, tell: Tell): Promise<Answer | null> {
  const { id, values } = entry;
  const post = (path: string, body: object, key: string, method = "POST"): Promise<Answer> =>
    send(method, API + path, JSON.stringify(body), csrf, key);
  if (!entry.made) {
    const answer = await begin(entry, post);
    if (answer.status >= 400) return answer;
    entry.made = entry.what === "checkin" ? (answer.body.activity as { id: number }).id : Number(answer.body.id);
    entry.visit = entry.what === "checkin" ? Number(answer.body.id) : undefined;
    await put(entry);
  }
  for (; entry.sent < entry.photos.length; entry.sent++) {
    const form = new FormData();
    form.append("model", "activities.activity");
    form.append("object_id", String(entry.made));
    form.append("file", entry.photos[entry.sent]!, `photo-${entry.sent + 1}.jpg`);
    const answer = await send("POST", `${API}/attachments`, form, csrf, `${id}-p${entry.sent}`, (part) =>
      tell(entry, Math.round(((entry.sent + part) / entry.photos.length) * 100)),
    );
    if (answer.status >= 400) return answer;
    await put({ ...entry, sent: entry.sent + 1 });
  }
  if (entry.what === "checkin" && values.left_at) {
    const answer = await post(`/check-ins/${entry.visit}/leave`, pick(values, "outcome", "next_step", "left_at"), `${id}-out`);
    return answer.status >= 400 ? answer : null;
  }
  const came = pick(values, "outcome", "next_step");
  if (entry.what === "checkin" && Object.keys(came).length) {
    const answer = await post(`/activities/${entry.made}`, came, `${id}-said`, "PATCH");
    return answer.status >= 400 ? answer : null;
  }
  if (entry.what === "plan") {
    const answer = await post(`/activities/${entry.made}/complete`, { done_at: entry.at }, `${id}-done`);
    return answer.status >= 400 ? answer : null;
  }
  return null;
}

type Post = (path: string, body: object, key: string, method?: string) => Promise<Answer>;

function begin({ what, values, id, at }: Entry, post: Post): Promise<Answer> {
  if (what === "plan") {
    const body = { ...pick(values, "outcome", "next_step"), version: Number(values.version) };
    return post(`/activities/${values.plan}`, body, `${id}-v${values.version}`, "PATCH");
  }
  const links = Object.fromEntries(LINKS.filter((name) => values[name]).map((name) => [name, Number(values[name])]));
  if (what === "checkin") {
    const place = Object.fromEntries(["latitude", "longitude", "accuracy"].filter((name) => values[name]).map((name) => [name, Number(values[name])]));
    const said = { ...pick(values, "subject", "reason", "datum"), ...(values.mocked ? { mocked: true } : {}) };
    const body = { ...links, ...place, ...said, came_at: at };
    return post("/check-ins", body, keyOf(id, links));
  }
  const when = values.status === "planned" ? pick(values, "status", "planned_at") : { status: "done", done_at: values.done_at || at };
  const minutes = values.minutes ? { minutes: Number(values.minutes) } : {};
  const body = { ...links, ...pick(values, "kind", "subject", "body", "outcome", "next_step"), ...when, ...minutes };
  return post("/activities", body, keyOf(id, links));
}

/** Another choice after a clash is another request. */
const keyOf = (id: string, links: object): string => `${id}-${Object.values(links).join(".")}`;

function pick(values: Record<string, string>, ...names: string[]): Record<string, string> {
  return Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, values[name]!]));
}

/** What becomes of an entry that was refused: a choice between two versions, another record, or a sentence. */
function judged(entry: Entry, { status, body }: Answer): Partial<Entry> {
  const { detail = "", errors = {} } = body as Problem;
  if (status === 409) return { state: "clash", said: detail, clash: clashOf(entry, errors) };
  const gone = status === 404 || (status === 422 && LINKS.some((name) => name in errors));
  if (gone && !entry.made) return { state: "clash", said: detail, clash: { gone: true, fields: mine(entry) } };
  return { state: "refused", said: detail };
}

function clashOf(entry: Entry, errors: Record<string, unknown>): Clash {
  const fields = Object.entries(errors).flatMap(([name, value]) => {
    if (!value || typeof value !== "object") return [];
    const { theirs, yours } = value as { theirs?: unknown; yours?: unknown };
    return [{ name, theirs: String(theirs ?? ""), mine: String(yours ?? "") }];
  });
  return { version: Number(errors.version ?? entry.values.version), fields };
}

function mine(entry: Entry): Clash["fields"] {
  const names = ["subject", "body", "outcome", "next_step"].filter((name) => entry.values[name]);
  return names.map((name) => ({ name, theirs: "", mine: entry.values[name]! }));
}

/** By XMLHttpRequest, because it alone says how much of a photo is sent. Rejects where there is no network. */
function send(method: string, url: string, body: string | FormData, csrf: string, key: string, progress?: (part: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrf);
    request.setRequestHeader("Idempotency-Key", key);
    if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
    request.upload.onprogress = (event) => progress?.(event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = request.ontimeout = () => reject(new TypeError("network"));
    request.onload = () => {
      if (request.status === 401 || request.status >= 500 || isLogin(request.responseURL)) return reject(new TypeError("later"));
      let answer: Record<string, unknown> = {};
      try {
        answer = JSON.parse(request.responseText) as Record<string, unknown>;
      } catch {
        // a proxy's page: the status says enough
      }
      resolve({ status: request.status, body: answer });
    };
    request.send(body);
  });
}
