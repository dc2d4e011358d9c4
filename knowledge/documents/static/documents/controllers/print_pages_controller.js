import { Controller } from "@hotwired/stimulus";

// Prints once every page image is there, and has it recorded.
export default class extends Controller {
  static values = { note: String };

  async print() {
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["x-csrftoken"];
    await fetch(this.noteValue, { method: "POST", headers: { "X-CSRFToken": token } });
    window.print();
  }
}
