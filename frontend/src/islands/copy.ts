import { text } from "../page";
import { toast } from "./toast";

/** A button that copies: data-copy is the text, or the selector of what holds it. */
export function mount(button: HTMLElement): void {
  button.addEventListener("click", () => {
    const what = button.dataset.copy ?? "";
    const source = what.startsWith("#") ? document.querySelector<HTMLElement>(what) : null;
    void navigator.clipboard.writeText(source?.textContent?.trim() ?? what).then(() => toast(text("copied")));
  });
}
