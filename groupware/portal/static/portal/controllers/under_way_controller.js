import { Controller } from "@hotwired/stimulus";

// Follows file-progress of the socket between two refreshes; a finished file asks for the block anew.
export default class extends Controller {
  static targets = ["row"];

  connect() {
    this.onProgress = (event) => this.progress(event.detail);
    document.addEventListener("live:file-progress", this.onProgress);
  }

  disconnect() {
    document.removeEventListener("live:file-progress", this.onProgress);
  }

  progress({ file, state, page, pages }) {
    const row = this.rowTargets.find((candidate) => candidate.dataset.file === file);
    if (!row || ["done", "held", "failed", "refused"].includes(state)) {
      this.element.dispatchEvent(new CustomEvent("under-way:refresh"));
      return;
    }
    const bar = row.querySelector("[data-bar]");
    if (!bar || !pages) return;
    bar.value = page;
    bar.max = pages;
    row.querySelector("[data-says]").textContent = `${page} / ${pages}`;
  }
}
