import { Controller } from "@hotwired/stimulus";

// Shows a password while the button is pressed in; hides it again before it is sent.
export default class extends Controller {
  static targets = ["button"];

  connect() {
    this.box = this.element.querySelector("input");
    this.onSubmit = () => this.show(false);
    this.box.form?.addEventListener("submit", this.onSubmit);
  }

  disconnect() {
    this.box.form?.removeEventListener("submit", this.onSubmit);
  }

  toggle() {
    this.show(this.box.type === "password");
    this.box.focus();
  }

  show(open) {
    this.box.type = open ? "text" : "password";
    this.buttonTarget.setAttribute("aria-pressed", String(open));
  }
}
