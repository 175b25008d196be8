import { csrfToken, goToLogin, isLogin, sentence, text } from "../page";
import { toast } from "./toast";

const FAR = 6; // pixels before a press is a drag

interface Drag {
  card: HTMLElement;
  ghost: HTMLElement | null;
  x: number;
  y: number;
}

/** Boxes of the chart are dragged onto each other; the server says what that means, or why it cannot be. */
export function makeMovable(box: HTMLElement): void {
  let drag: Drag | null = null;
  let dragged = false;
  const over = (event: PointerEvent): HTMLElement | null => {
    const found = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>(".org-card") ?? null;
    return found && box.contains(found) && found !== drag?.card ? found : null;
  };
  const aim = (target: HTMLElement | null): void => {
    for (const one of box.querySelectorAll(".org-target")) if (one !== target) one.classList.remove("org-target");
    target?.classList.add("org-target");
  };
  const end = (): void => {
    drag?.ghost?.remove();
    drag?.card.classList.remove("drag-ghost");
    aim(null);
    drag = null;
  };
  box.addEventListener("pointerdown", (event) => {
    const card = (event.target as Element).closest<HTMLElement>(".org-card");
    if (!card || event.button || !event.isPrimary || (event.target as Element).closest(".org-fold")) return;
    drag = { card, ghost: null, x: event.clientX, y: event.clientY };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
      drag.ghost = drag.card.cloneNode(true) as HTMLElement;
      drag.ghost.classList.add("drag-on", "org-lifted");
      drag.ghost.removeAttribute("data-id");
      document.body.append(drag.ghost);
      drag.card.classList.add("drag-ghost");
    }
    drag.ghost.style.left = `${event.clientX - drag.ghost.offsetWidth / 2}px`;
    drag.ghost.style.top = `${event.clientY + 12}px`;
    aim(over(event));
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { card, ghost } = drag;
    const target = over(event);
    end();
    if (!ghost) return; // a click: the chart opens the box's form
    dragged = true; // the click that follows at once is no click
    setTimeout(() => (dragged = false), 0);
    if (target) void save(box, card, target);
  });
  box.addEventListener("click", (event) => dragged && event.stopPropagation(), { capture: true });
  box.addEventListener("dragstart", (event) => event.preventDefault());
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
  });
}

async function save(box: HTMLElement, card: HTMLElement, target: HTMLElement): Promise<void> {
  const body = new URLSearchParams({
    what: card.dataset.id ?? "",
    to: target.dataset.id ?? "",
    seen: box.dataset.orgSeen ?? "",
  });
  card.classList.add("saving");
  let problem = "";
  try {
    const response = await fetch(box.dataset.orgEdit ?? "", {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json, text/html" },
    });
    if (response.redirected && isLogin(response.url)) return goToLogin();
    const answer = await response.text();
    if (response.ok) return location.assign((JSON.parse(answer) as { url: string }).url);
    problem = sentence(answer, response.headers.get("content-type"));
  } catch {
    problem = text("offline");
  }
  card.classList.remove("saving");
  toast(problem, "danger");
}
