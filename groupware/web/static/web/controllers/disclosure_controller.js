import { Controller } from "@hotwired/stimulus";

// A button that folds the part named by its aria-controls.
export default class extends Controller {
  toggle(event) {
    const button = event.currentTarget;
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    const part = document.getElementById(button.getAttribute("aria-controls"));
    if (part) part.hidden = !open;
  }
}
