/** What the page tells its scripts: no visible text lives in TypeScript. */

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

export const csrfToken = (): string => meta("csrf-token");
export const loginUrl = (): string => meta("login-url");
export const userId = (): string => meta("user");
export const iconsUrl = (): string => meta("icons");

let texts: Record<string, string> | undefined;

/** A sentence from the page's `shell-texts`. */
export function text(key: string): string {
  texts ??= json<Record<string, string>>("shell-texts") ?? {};
  return texts[key] ?? "";
}

export function json<T>(id: string): T | null {
  const element = document.getElementById(id);
  return element ? (JSON.parse(element.textContent || "null") as T) : null;
}

export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${iconsUrl()}#${name}`);
  svg.append(use);
  return svg;
}

/** An element with class, text and children: everything is set as text, never parsed as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** The server's own sentence in an answer that refuses: JSON `detail`, or what an error page marks with data-sentence. */
export function sentence(body: string, type: string | null): string {
  if (type?.includes("json")) {
    try {
      const answer = JSON.parse(body) as { detail?: unknown };
      return typeof answer.detail === "string" ? answer.detail : text("failed");
    } catch {
      return text("failed");
    }
  }
  const page = new DOMParser().parseFromString(body, "text/html");
  return page.querySelector("[data-sentence]")?.textContent?.trim() || text("failed");
}

export function goToLogin(): void {
  const back = location.pathname + location.search;
  location.assign(`${loginUrl()}?next=${encodeURIComponent(back)}`);
}

export function isLogin(url: string): boolean {
  return Boolean(loginUrl()) && new URL(url, location.href).pathname === loginUrl();
}
