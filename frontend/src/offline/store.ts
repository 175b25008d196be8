import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** What is chosen from without a network: of one person, for one day. */
export interface Kit {
  user: number;
  name: string;
  csrf: string;
  day: string;
  accounts: Choice[];
  contacts: Choice[];
  deals: Choice[];
  plans: Plan[];
  locates: boolean;
  photo_bytes: number;
  photos: number;
  until: string;
  days: number;
}
export interface Choice {
  id: number;
  text: string;
  account?: number | null;
}
export interface Plan extends Choice {
  version: number;
  outcome: string;
  next_step: string;
}

/** Two versions of what was written: theirs on the server, mine on this phone. `gone`: there is nothing to write on. */
export interface Clash {
  gone?: boolean;
  version?: number;
  fields: { name: string; theirs: string; mine: string }[];
}

export interface Entry {
  id: string; // the client key: whatever is sent with it is made once
  user: number;
  what: "activity" | "checkin" | "plan";
  title: string;
  values: Record<string, string>;
  photos: Blob[];
  at: string;
  until: string;
  state: "waiting" | "clash" | "refused";
  said?: string;
  clash?: Clash;
  made?: number; // the activity, once it is there
  visit?: number; // its check-in
  sent: number; // photos
}

interface Shape extends DBSchema {
  kit: { key: string; value: Kit };
  queue: { key: string; value: Entry; indexes: { user: number } };
}

const NAME = "muster-offline";
let opened: Promise<IDBPDatabase<Shape>> | undefined;

function db(): Promise<IDBPDatabase<Shape>> {
  opened ??= openDB<Shape>(NAME, 1, {
    upgrade(made) {
      made.createObjectStore("kit");
      made.createObjectStore("queue", { keyPath: "id" }).createIndex("user", "user");
    },
  });
  return opened;
}

/** Can this browser keep entries, and show a page without a network to write them on? */
export const able = (): boolean => "serviceWorker" in navigator && "indexedDB" in window && "caches" in window;

/** The day as people here write it down, not as it is in Greenwich. */
export function dayOf(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** Who used this device last, with his choices if they are of today. */
export async function kept(): Promise<Kit | undefined> {
  const kit = await (await db()).get("kit", "now");
  if (!kit || kit.day === dayOf(new Date())) return kit;
  const bare = { ...kit, accounts: [], contacts: [], deals: [], plans: [] };
  await (await db()).put("kit", bare, "now"); // choices are of a day
  return bare;
}

export async function keep(kit: Kit): Promise<void> {
  await (await db()).put("kit", { ...kit, csrf: "", day: dayOf(new Date()) }, "now");
}

/** The entries of USER, oldest first; those whose time is over are gone. */
export async function queue(user: number): Promise<Entry[]> {
  const all = await (await db()).getAllFromIndex("queue", "user", user);
  const now = new Date().toISOString();
  for (const one of all) if (one.until < now) await drop(one.id);
  return all.filter((one) => one.until >= now).sort((a, b) => a.at.localeCompare(b.at));
}

export async function put(entry: Entry): Promise<void> {
  await (await db()).put("queue", entry);
}

export async function drop(id: string): Promise<void> {
  await (await db()).delete("queue", id);
}

/** Everything of USER, and the choices of whoever used this device last. */
export async function wipe(user: number): Promise<void> {
  const base = await db();
  for (const key of await base.getAllKeysFromIndex("queue", "user", user)) await base.delete("queue", key);
  await base.clear("kit");
}

/** The choices of somebody else are nobody's business: what he had not sent stays his, unseen, until he is back. */
export async function forgetOthers(user: number): Promise<void> {
  const base = await db();
  const kit = await base.get("kit", "now");
  if (kit && kit.user !== user) await base.clear("kit");
}

export function entry(kit: Kit, what: Entry["what"], title: string, values: Record<string, string>, photos: Blob[]): Entry {
  const until = new Date(Date.now() + kit.days * 86_400_000 - 3_600_000).toISOString();
  const at = new Date().toISOString();
  return { id: newKey(), user: kit.user, what, title, values, photos, at, until, state: "waiting", sent: 0 };
}

/** `randomUUID` is there on secure pages only. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
