import { element, icon, json, text } from "../page";

export type Tone = "success" | "info" | "warning" | "danger";

const ICONS: Record<Tone, string> = {
  success: "circle-check",
  info: "info-circle",
  warning: "alert-triangle",
  danger: "circle-x",
};
const READING_MS = 4000;
const PER_CHARACTER_MS = 60;

export function toast(message: string, tone: Tone = "success"): void {
  const box = document.getElementById("toasts");
  if (!box || !message || box.lastElementChild?.querySelector(".toast-text")?.textContent === message) return;
  const close = element("button", "toast-x", icon("x"));
  close.type = "button";
  close.setAttribute("aria-label", text("close"));
  const note = element("div", `toast-note tone-${tone}`, icon(ICONS[tone]), element("div", "toast-text", message), close);
  note.setAttribute("role", tone === "danger" || tone === "warning" ? "alert" : "status");
  const leave = (): void => {
    note.classList.add("leaving");
    setTimeout(() => note.remove(), 200);
  };
  close.addEventListener("click", leave);
  box.append(note);
  if (tone === "danger") return;
  let timer = setTimeout(leave, READING_MS + message.length * PER_CHARACTER_MS);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => (timer = setTimeout(leave, READING_MS)));
}

interface Message {
  message: string;
  tone: Tone;
}

export function startToasts(): void {
  for (const { message, tone } of json<Message[]>("messages") ?? []) toast(message, tone);
  document.addEventListener("toast", (event) => {
    const { message, tone } = (event as CustomEvent<Message>).detail;
    toast(message, tone);
  });
}
