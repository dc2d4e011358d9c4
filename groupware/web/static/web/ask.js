// Asks in our own dialog; resolves to true when the person confirms.
import { word } from "web/words";

export function ask(title, { text = "", yes = "" } = {}) {
  const dialog = document.getElementById("ask");
  document.getElementById("ask-title").textContent = title;
  const detail = document.getElementById("ask-text");
  detail.textContent = text;
  detail.hidden = !text;
  document.getElementById("ask-yes").textContent = yes || word("yes");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
