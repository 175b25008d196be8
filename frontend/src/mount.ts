type Mount = (element: HTMLElement) => void | Promise<void>;

// Islands load when the page holds one: attribute → module. A mounted element carries data-ready.
const ISLANDS: Record<string, () => Promise<{ mount: Mount }>> = {
  "data-chart": () => import("./islands/chart"),
  "data-kanban": () => import("./islands/kanban"),
  "data-calendar": () => import("./islands/calendar"),
  "data-org": () => import("./islands/orgchart"),
  "data-cells": () => import("./islands/cells"),
  "data-list": () => import("./islands/list"),
  "data-lookup": () => import("./islands/lookup"),
  "data-mention": () => import("./islands/mention"),
  "data-conflict": () => import("./islands/conflict"),
  "data-copy": () => import("./islands/copy"),
  "data-offline": () => import("./islands/offline"),
  "data-checkin": () => import("./islands/checkin"),
  "data-drop": () => import("./islands/drop"),
  "data-wall": () => import("./islands/wall"),
};

export function mountIslands(root: ParentNode): void {
  for (const [attribute, load] of Object.entries(ISLANDS)) {
    const found = [...root.querySelectorAll<HTMLElement>(`[${attribute}]:not([data-ready])`)];
    if (root instanceof HTMLElement && root.matches(`[${attribute}]:not([data-ready])`)) found.push(root);
    for (const element of found) {
      element.dataset.ready = "no";
      void load().then(async ({ mount }) => {
        await mount(element);
        element.dataset.ready = "yes";
      });
    }
  }
}
