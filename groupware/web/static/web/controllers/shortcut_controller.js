import { Controller } from "@hotwired/stimulus";

// `/` goes to the search box, `?` shows the keys; never while something is typed or composed.
export default class extends Controller {
  connect() {
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
  }

  disconnect() {
    document.removeEventListener("keydown", this.onKey);
  }

  key(event) {
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const box = document.querySelector("[data-shortcut-focus]");
      if (!box || !box.offsetParent) return;
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "?") {
      event.preventDefault();
      document.getElementById("keys")?.showModal();
    }
  }
}

export function typing(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return true;
  const target = event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select"))
  );
}
