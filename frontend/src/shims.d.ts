declare module "@tabler/core/dist/js/tabler.esm.min.js" {
  interface Shown {
    show(): void;
    hide(): void;
    toggle(): void;
    dispose(): void;
  }
  interface Kind {
    new (element: Element, options?: object): Shown;
    getOrCreateInstance(element: Element, options?: object): Shown;
    getInstance(element: Element): Shown | null;
  }
  export const Dropdown: Kind;
  export const Modal: Kind;
  export const Offcanvas: Kind;
  export const Toast: Kind;
  export const Tooltip: Kind;
}
declare module "htmx.org/dist/htmx.esm.js" {
  interface Htmx {
    ajax(method: string, url: string, options: object): Promise<void>;
    process(element: Element): void;
    trigger(element: Element, name: string, detail?: object): void;
  }
  const htmx: Htmx;
  export default htmx;
}
