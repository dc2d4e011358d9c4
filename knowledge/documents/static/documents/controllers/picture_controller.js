import { Controller } from "@hotwired/stimulus";

// A thumbnail that is not there yet leaves the icon behind it.
export default class extends Controller {
  connect() {
    this.element.addEventListener("error", () => this.element.remove());
    if (this.element.complete && !this.element.naturalWidth) this.element.remove();
  }
}
