// Everything that knows htmx's events and inner workings. The rest of the program listens for
// `fuzukue:swapped` (detail.target) and otherwise uses only hx-* attributes.
import htmx from "htmx";
import { ask } from "web/ask";
import { toast } from "web/toast";
import { announce, word } from "web/words";

class NoScripting {
  constructor() {
    throw new Error("htmx may not run scripts out of attributes here");
  }
}

htmx.registerExtension("fuzukue", {
  // hx-on, js: values and trigger filters would need eval; CSP forbids it, and so do we.
  init: (api) => api.initSecurity(null, NoScripting, NoScripting),
});

// hx-confirm asks in our dialog. data-confirm-text and data-confirm-yes say more.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  const source = ctx.sourceElement;
  ask(ctx.confirm, { text: source.dataset.confirmText, yes: source.dataset.confirmYes }).then((yes) =>
    yes ? issueRequest() : dropRequest(),
  );
});

// A pressed button keeps its width and says what it does.
const busy = new Map();

function pressed(ctx) {
  const source = ctx.request?.submitter ?? ctx.sourceElement;
  return source instanceof HTMLButtonElement || source?.classList.contains("btn") ? source : null;
}

export function setBusy(button) {
  if (!button || busy.has(button)) return;
  const label = button.querySelector(":scope > span") ?? button;
  busy.set(button, { label, text: label.textContent });
  button.style.minWidth = `${button.offsetWidth}px`;
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busy) label.textContent = button.dataset.busy;
}

export function endBusy(button) {
  const was = busy.get(button);
  if (!was) return;
  was.label.textContent = was.text;
  button.style.minWidth = "";
  button.removeAttribute("aria-busy");
  busy.delete(button);
}

document.addEventListener("htmx:before:request", (event) => setBusy(pressed(event.detail.ctx)));
document.addEventListener("htmx:finally:request", (event) => endBusy(pressed(event.detail.ctx)));

// Plain forms: the same words, until the next page comes.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if ([...form.attributes].some((attribute) => attribute.name.startsWith("hx-"))) return;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === "post") {
    form.dataset.sent = "true";
    setBusy(event.submitter);
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of [...busy.keys()]) endBusy(button);
});

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response.status;
  if (status === 422) return;
  const reference = ctx.response.headers.get("X-Reference");
  const number = reference ? ` ${word("reference")} ${reference}` : "";
  const said = ctx.response.headers.get("Content-Type")?.startsWith("text/html") && ctx.text.length < 400 ? plain(ctx.text) : "";
  toast((said || word("failed")) + number, { failed: true });
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) {
    toast(word("gone"), { failed: true });
    document.dispatchEvent(new CustomEvent("fuzukue:unreachable"));
  } else if (event.detail.error) console.error(event.detail.error);
});

document.addEventListener("htmx:after:request", () => document.dispatchEvent(new CustomEvent("fuzukue:reachable")));

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target ?? event.target;
  if (!(target instanceof Element)) return;
  const wrong = target.querySelector("[data-focus]");
  if (wrong) wrong.focus();
  const said = target.querySelector("[data-announce]");
  if (said) announce(said.dataset.announce || said.textContent);
  document.dispatchEvent(new CustomEvent("fuzukue:swapped", { detail: { target } }));
});

function plain(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

document.querySelector("[data-focus]")?.focus();
