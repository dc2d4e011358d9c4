import { Controller } from "@hotwired/stimulus";

// The search box of the bar: clear it, and never send an empty question.
export default class extends Controller {
  static targets = ["box"];

  connect() {
    this.onSubmit = (event) => {
      if (!this.boxTarget.value.trim()) {
        event.preventDefault();
        this.boxTarget.focus();
      }
    };
    this.element.addEventListener("submit", this.onSubmit);
  }

  disconnect() {
    this.element.removeEventListener("submit", this.onSubmit);
  }

  clear() {
    this.boxTarget.value = "";
    this.boxTarget.focus();
  }
}
