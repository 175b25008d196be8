import "htmx.org/dist/htmx.esm.js";
import { csrfToken, goToLogin, isLogin, sentence, text } from "../page";
import { toast } from "./toast";

interface Context {
  sourceElement: Element;
  text?: string;
  swap: string;
  target?: Element;
  request: { headers: Record<string, string>; method: string };
  response?: { status: number; headers: Headers; raw: Response };
}

const context = (event: Event): Context => (event as CustomEvent<{ ctx: Context }>).detail.ctx;

document.addEventListener("htmx:config:request", (event) => {
  const { request, target } = context(event);
  request.headers["X-CSRFToken"] = csrfToken();
  // htmx.ajax() names the wrong target; the server chooses what to render by it.
  if (target) request.headers["HX-Target"] = `${target.tagName.toLowerCase()}${target.id ? `#${target.id}` : ""}`;
});

document.addEventListener("htmx:before:response", (event) => {
  const answer = context(event).response;
  if (answer?.raw.redirected && isLogin(answer.raw.url)) {
    event.preventDefault();
    goToLogin();
  }
});

// A refused form comes back as a form and is shown in place; any other refusal is a sentence, and the page stays as it was.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text: body = "" } = context(event);
  if (!response || response.status < 400) return;
  if (response.status === 401) goToLogin();
  else if (!/<form[\s>]/.test(body)) {
    context(event).swap = "none";
    toast(sentence(body, response.headers.get("content-type")), "danger");
  }
});

document.addEventListener("htmx:error", (event) => {
  const { error } = (event as CustomEvent<{ error?: Error }>).detail;
  if (error instanceof TypeError) toast(text("offline"), "warning");
  else console.error(error);
});

let running = 0;
function bar(change: number): void {
  running = Math.max(0, running + change);
  document.getElementById("loading-bar")?.classList.toggle("on", running > 0);
}
document.addEventListener("htmx:before:request", () => bar(1));
document.addEventListener("htmx:finally:request", () => bar(-1));
