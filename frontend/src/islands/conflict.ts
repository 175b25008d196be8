/** Somebody saved first: each line offers his value or one's own, and puts the choice into the form. */
export function mount(panel: HTMLElement): void {
  const form = panel.closest("form");
  panel.addEventListener("change", (event) => {
    const choice = event.target as HTMLInputElement;
    const field = form?.elements.namedItem(choice.dataset.field ?? "");
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) {
      field.value = choice.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
