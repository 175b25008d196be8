import { element, text } from "../page";

/** Ask before doing: `data-confirm` on a link, a button or a form. */
export function ask(question: string, label: string, tone: string): Promise<boolean> {
  const yes = element("button", `btn btn-${tone}`, label);
  const no = element("button", "btn btn-secondary", text("cancel"));
  yes.type = no.type = "button";
  const box = element("dialog", "ask", element("p", "", question), element("div", "ask-foot", no, yes));
  box.setAttribute("aria-label", question);
  document.body.append(box);
  box.showModal();
  (tone === "danger" ? no : yes).focus();
  return new Promise((resolve) => {
    const finish = (answer: boolean): void => {
      box.remove();
      resolve(answer);
    };
    yes.addEventListener("click", () => finish(true));
    no.addEventListener("click", () => finish(false));
    box.addEventListener("cancel", () => finish(false));
  });
}

function askFor(source: HTMLElement): Promise<boolean> {
  const { confirm = "", confirmLabel, confirmTone } = source.dataset;
  return ask(confirm, confirmLabel ?? text("confirm"), confirmTone ?? "primary");
}

export function startAsk(): void {
  const agreed = new WeakSet<Element>();
  const guard = (event: Event, source: HTMLElement | null, again: (source: HTMLElement) => void): void => {
    if (!source || agreed.delete(source)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void askFor(source).then((answer) => {
      if (!answer) return;
      agreed.add(source);
      again(source);
    });
  };
  document.addEventListener(
    "click",
    (event) => guard(event, (event.target as Element).closest<HTMLElement>("a[data-confirm], button[data-confirm]"), (one) => one.click()),
    true,
  );
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      guard(event, form.matches("[data-confirm]") ? form : null, () => form.requestSubmit(event.submitter));
    },
    true,
  );
}
