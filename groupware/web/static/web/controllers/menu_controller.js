import { Controller } from "@hotwired/stimulus";

// A button that opens a list: arrows move, Escape and leaving close.
export default class extends Controller {
  static targets = ["button", "list"];

  connect() {
    this.outside = (event) => {
      if (!this.element.contains(event.target)) this.close();
    };
    this.onKey = (event) => this.key(event);
    this.onLeave = (event) => {
      if (event.relatedTarget && !this.element.contains(event.relatedTarget)) this.close();
    };
    document.addEventListener("pointerdown", this.outside);
    this.element.addEventListener("keydown", this.onKey);
    this.element.addEventListener("focusout", this.onLeave);
  }

  disconnect() {
    document.removeEventListener("pointerdown", this.outside);
    this.element.removeEventListener("keydown", this.onKey);
    this.element.removeEventListener("focusout", this.onLeave);
  }

  get open() {
    return !this.listTarget.hidden;
  }

  toggle() {
    if (this.open) this.close();
    else this.show();
  }

  show() {
    this.listTarget.hidden = false;
    this.buttonTarget.setAttribute("aria-expanded", "true");
  }

  close() {
    if (!this.open) return;
    this.listTarget.hidden = true;
    this.buttonTarget.setAttribute("aria-expanded", "false");
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.open) {
      event.stopPropagation();
      this.close();
      this.buttonTarget.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (!this.open) this.show();
    const items = [...this.listTarget.querySelectorAll("a, button")];
    const at = items.indexOf(document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(at + step + items.length) % items.length]?.focus();
  }
}
