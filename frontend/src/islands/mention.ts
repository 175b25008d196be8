interface Hit {
  id: number;
  text: string;
  hint?: string;
}

const WAIT = 150;

/** A text in which @ offers colleagues: data-mention is the address that answers {results: [{id, text, hint}]}. */
export function mount(element: HTMLElement): void {
  const area = element as HTMLTextAreaElement;
  const list = document.createElement("div");
  list.className = "mention-list";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  area.after(list);
  let timer = 0;
  let at = 0;

  const asked = (): string | null => {
    const before = area.value.slice(0, area.selectionStart);
    const found = /[@＠]([^\s@＠,，。;；:：!！?？]{0,20})$/.exec(before);
    return found ? (found[1] ?? "") : null;
  };
  const close = (): void => {
    list.hidden = true;
    list.replaceChildren();
  };
  const options = (): HTMLButtonElement[] => [...list.querySelectorAll("button")];
  const mark = (): void => options().forEach((one, n) => one.classList.toggle("active", n === at));
  const take = (name: string): void => {
    const end = area.selectionStart;
    const begin = end - (asked() ?? "").length;
    area.setRangeText(`${name} `, begin, end, "end");
    close();
    area.focus();
  };
  const show = (hits: Hit[]): void => {
    at = 0;
    list.replaceChildren(
      ...hits.map((hit) => {
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("role", "option");
        button.textContent = hit.hint ? `${hit.text} · ${hit.hint}` : hit.text;
        button.addEventListener("mousedown", (event) => event.preventDefault());
        button.addEventListener("click", () => take(hit.text));
        button.dataset.name = hit.text;
        return button;
      }),
    );
    list.hidden = hits.length === 0;
    mark();
  };

  area.addEventListener("input", () => {
    window.clearTimeout(timer);
    const query = asked();
    if (query === null) return close();
    timer = window.setTimeout(() => {
      fetch(`${area.dataset.mention}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } })
        .then((response) => response.json() as Promise<{ results: Hit[] }>)
        .then(({ results }) => (asked() === query ? show(results) : undefined))
        .catch(close);
    }, WAIT);
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const all = options();
    if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "Tab") take(all[at]?.dataset.name ?? "");
    else if (event.key === "ArrowDown") at = (at + 1) % all.length;
    else if (event.key === "ArrowUp") at = (at + all.length - 1) % all.length;
    else return;
    event.preventDefault();
    event.stopPropagation();
    mark();
  });
  area.addEventListener("blur", () => window.setTimeout(close, WAIT));
}
