/** A screen on a wall: pages turn by themselves for days. When the network is gone, the last page stays and says of when
 * it is; when the screen is taken back, nothing stays. */

const GONE = [401, 403, 404, 410];
const FRESH_MS = 3 * 60 * 60 * 1000; // then the whole page is loaded anew: new versions, no memory kept for days

export function mount(box: HTMLElement): void {
  const sheet = box.querySelector<HTMLElement>(".wall-page")!;
  const old = box.querySelector<HTMLElement>(".wall-old")!;
  const clock = box.querySelector<HTMLElement>(".wall-clock")!;
  const dots = box.querySelector<HTMLElement>(".wall-dots")!;
  const bar = box.querySelector<HTMLElement>(".wall-bar span")!;
  const begin = (box.dataset.wall ?? "").replace(/0\/$/, "");
  const seconds = Math.max(5, Number(box.dataset.seconds ?? 20));
  const started = Date.now();
  let place = 0;
  let seen = "";

  const tick = (): void => {
    clock.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: box.dataset.zone || undefined }).format(new Date());
  };

  const put = (html: string): void => {
    const page = document.createRange().createContextualFragment(html);
    sheet.replaceChildren(page);
    document.dispatchEvent(new Event("theme-changed")); // charts that are off the page let go of what they hold
    document.dispatchEvent(new CustomEvent("htmx:after:process", { bubbles: true }));
    const found = sheet.querySelector<HTMLElement>(".wall-sheet");
    const count = Math.max(1, Number(found?.dataset.count ?? 1));
    seen = found?.dataset.at ?? "";
    place = (Number(found?.dataset.place ?? 0) + 1) % count;
    dots.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const dot = document.createElement("i");
      dot.classList.toggle("on", at === Number(found?.dataset.place ?? 0));
      return dot;
    }));
    old.hidden = true;
  };

  const gone = (): void => {
    sheet.replaceChildren();
    dots.replaceChildren();
    old.hidden = false;
    old.textContent = box.dataset.gone ?? "";
  };

  const missed = (): void => {
    old.hidden = false;
    old.textContent = `${box.dataset.old ?? ""} ${seen}`.trim();
  };

  const turn = async (): Promise<void> => {
    let wait = seconds;
    try {
      const answer = await fetch(`${begin}${place}/`, { cache: "no-store", signal: AbortSignal.timeout(30_000) });
      if (answer.ok) {
        if (Date.now() - started > FRESH_MS) return location.reload();
        put(await answer.text());
      } else if (GONE.includes(answer.status)) {
        gone();
        wait = 60;
      } else {
        missed();
      }
    } catch {
      missed();
    }
    bar.getAnimations().forEach((one) => one.cancel());
    bar.animate([{ transform: "scaleX(0)" }, { transform: "scaleX(1)" }], { duration: wait * 1000, easing: "linear" });
    setTimeout(() => void turn(), wait * 1000);
  };

  box.querySelector(".wall-full")?.addEventListener("click", () => void document.documentElement.requestFullscreen?.());
  const awake = (): void => void (navigator as { wakeLock?: { request(kind: string): Promise<unknown> } }).wakeLock?.request("screen").catch(() => undefined);
  document.addEventListener("visibilitychange", awake);
  awake();
  tick();
  setInterval(tick, 5000);
  void turn();
}
