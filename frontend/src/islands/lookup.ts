import TomSelect from "tom-select/base";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import { text } from "../page";

interface Hit {
  id: number;
  text: string;
  hint?: string;
}

TomSelect.define("remove_button", removeButton);

/** A select whose options are found while one types: data-lookup is the address that answers {results: [{id, text, hint}]}. */
export function mount(select: HTMLElement): void {
  const url = select.dataset.lookup ?? "";
  const line = (data: Hit, escape: (value: string) => string): string =>
    `<div>${escape(data.text)}${data.hint ? ` <span class="text-secondary small">${escape(data.hint)}</span>` : ""}</div>`;
  new TomSelect(select as HTMLSelectElement, {
    valueField: "id",
    labelField: "text",
    searchField: [],
    preload: "focus",
    maxOptions: 50,
    plugins: (select as HTMLSelectElement).multiple ? { remove_button: { title: text("remove") } } : {},
    allowEmptyOption: false,
    placeholder: select.dataset.placeholder ?? text("lookup"),
    load: (query: string, done: (hits?: Hit[]) => void) => {
      fetch(`${url}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } })
        .then((response) => response.json() as Promise<{ results: Hit[] }>)
        .then(({ results }) => done(results))
        .catch(() => done());
    },
    onLoad(this: TomSelect) {
      this.refreshOptions(false);
    },
    score: () => () => 1,
    render: {
      option: line,
      item: (data: Hit, escape: (value: string) => string) => `<div>${escape(data.text)}</div>`,
      no_results: () => `<div class="no-results p-2 text-secondary">${text("nothing")}</div>`,
    },
  });
}
