/** All filters, not only the first few, once somebody asks for them. */
export function startFilters(): void {
  document.addEventListener("click", (event) => {
    const more = (event.target as Element).closest("[data-more-filters]");
    const tools = more?.closest(".list-tools");
    const group = (event.target as Element).closest<HTMLElement>("[data-group]");
    if (group) {
      const rows = document.getElementById(group.getAttribute("aria-controls") ?? "");
      const open = group.getAttribute("aria-expanded") !== "true";
      group.setAttribute("aria-expanded", String(open));
      if (rows) rows.hidden = !open;
      return;
    }
    tools?.classList.add("all-filters");
    tools?.querySelector<HTMLButtonElement>(".filter-more button")?.focus();
  });
}

/** Ticking rows: the bar of bulk actions appears and its forms carry the ticked keys. */
export function mount(list: HTMLElement): void {
  const bar = list.querySelector<HTMLElement>(".bulk");
  if (!bar) return;
  const boxes = (): HTMLInputElement[] => [...list.querySelectorAll<HTMLInputElement>("input[data-pk]")];
  const show = (): void => {
    const all = boxes();
    const ticked = all.filter((box) => box.checked);
    const every = list.querySelector<HTMLInputElement>("input[data-tick-all]");
    if (every) {
      every.checked = all.length > 0 && ticked.length === all.length;
      every.indeterminate = ticked.length > 0 && ticked.length < all.length;
    }
    bar.classList.toggle("on", ticked.length > 0);
    bar.querySelector("[data-count]")!.textContent = String(ticked.length);
    for (const form of bar.querySelectorAll("form")) {
      form.querySelectorAll("input[name=pk]").forEach((one) => one.remove());
      for (const box of ticked) {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: "pk", value: box.dataset.pk ?? "" });
        form.append(input);
      }
    }
  };
  list.addEventListener("change", (event) => {
    const target = event.target as HTMLInputElement;
    if (target.matches("[data-tick-all]")) for (const box of boxes()) box.checked = target.checked;
    if (target.matches("[data-tick-all], [data-pk]")) show();
  });
  list.addEventListener("htmx:after:swap", show);
  bar.querySelector("[data-untick]")?.addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    show();
  });
  show();
}
