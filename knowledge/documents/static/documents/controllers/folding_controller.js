import { Controller } from "@hotwired/stimulus";

// <details> that remember whether they were open; without a name they open on wide screens only.
const KEY = "folders";

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export default class extends Controller {
  static values = { name: String };

  connect() {
    if (!this.nameValue) {
      this.element.open = matchMedia("(min-width: 1200px)").matches;
      return;
    }
    const known = remembered()[this.nameValue];
    const inside = this.element.querySelector("[aria-current]");
    if (known !== undefined && !inside) this.element.open = known;
    this.element.addEventListener("toggle", () => {
      localStorage.setItem(KEY, JSON.stringify({ ...remembered(), [this.nameValue]: this.element.open }));
    });
  }
}
