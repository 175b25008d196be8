import { userId } from "../page";

const MOST = 20;
const name = (): string => `muster.recent.${userId()}`;

/** The records opened last, newest first, as “crm.deal:12”: no names, so that nobody else on this machine reads any. */
function kept(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(name()) ?? "[]");
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return []; // no storage here, or not ours
  }
}

/** The same as the parameter of a request; the page one is on is no news. */
export function recent(): URLSearchParams {
  const here = document.querySelector<HTMLElement>("[data-opened]")?.dataset.opened;
  return new URLSearchParams({ recent: kept().filter((one) => one !== here).join(",") });
}

export function startRecent(): void {
  const here = document.querySelector<HTMLElement>("main [data-opened]")?.dataset.opened;
  if (!here || !userId()) return;
  try {
    localStorage.setItem(name(), JSON.stringify([here, ...kept().filter((one) => one !== here)].slice(0, MOST)));
  } catch {
    // full or forbidden: then nothing is remembered
  }
}
