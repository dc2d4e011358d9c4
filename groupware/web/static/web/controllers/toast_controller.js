import { Controller } from "@hotwired/stimulus";

const SHOWN_MS = 5000;

// Leaves after 5 s, waits while it is touched or focused. What failed stays until it is closed:
// its number has to be written down.
export default class extends Controller {
  connect() {
    if (this.element.classList.contains("ng") || this.element.classList.contains("error")) return;
    this.left = SHOWN_MS;
    this.start = () => {
      this.since = performance.now();
      this.timer = setTimeout(() => this.close(), this.left);
    };
    this.stop = () => {
      clearTimeout(this.timer);
      this.left -= performance.now() - this.since;
    };
    for (const name of ["pointerenter", "focusin"]) this.element.addEventListener(name, this.stop);
    for (const name of ["pointerleave", "focusout"]) this.element.addEventListener(name, this.start);
    this.start();
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  act() {
    this.element.dispatchEvent(new CustomEvent("toast:act", { bubbles: true }));
    this.element.remove();
  }

  close() {
    this.element.dispatchEvent(new CustomEvent("toast:gone", { bubbles: true }));
    this.element.remove();
  }
}
