import { Controller } from "@hotwired/stimulus";
import { typing } from "controllers/shortcut";

const WIDE = matchMedia("(min-width: 1200px)");
const KEPT = 24;

// The hits: J K and arrows move, Enter opens; the preview follows and the next one is fetched ahead.
export default class extends Controller {
  static targets = ["hit", "link", "preview", "image"];

  connect() {
    this.kept = new Map();
    this.at = 0;
    this.onError = (event) => event.target.matches?.(".thumb > img") && event.target.remove();
    this.element.addEventListener("error", this.onError, true);
    for (const image of this.element.querySelectorAll(".thumb > img")) {
      if (image.complete && !image.naturalWidth) image.remove();
    }
    this.onWide = () => this.show();
    WIDE.addEventListener("change", this.onWide);
    this.show();
  }

  disconnect() {
    WIDE.removeEventListener("change", this.onWide);
    this.element.removeEventListener("error", this.onError, true);
    this.wanted = null;
  }

  key(event) {
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const inside = event.target instanceof Element ? event.target : null;
    if (inside?.closest(".menu, .s-paper")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    if (step) {
      event.preventDefault();
      this.select(this.at + step, { focus: true });
    } else if (key === "Enter" && !inside?.closest("a, button, summary, label, input")) {
      event.preventDefault();
      this.linkTargets[this.at]?.click();
    }
  }

  pick(event) {
    const index = this.hitTargets.indexOf(event.currentTarget);
    if (index !== this.at) this.select(index, { focus: false });
  }

  select(index, { focus }) {
    if (index < 0 || index >= this.hitTargets.length) return;
    this.hitTargets[this.at]?.classList.remove("on");
    this.at = index;
    const hit = this.hitTargets[index];
    hit.classList.add("on");
    if (focus) {
      this.linkTargets[index].focus({ preventScroll: true });
      hit.scrollIntoView({ block: "nearest" });
    }
    this.show();
  }

  turn(event) {
    event.preventDefault();
    this.load(event.currentTarget.href);
  }

  async show() {
    const hit = this.hitTargets[this.at];
    if (!hit || !WIDE.matches || !this.hasPreviewTarget) return;
    await this.load(hit.dataset.preview);
    const next = this.hitTargets[this.at + 1];
    if (next) this.ahead(next.dataset.preview);
  }

  async load(url) {
    this.wanted = url;
    let html;
    try {
      html = await this.fetched(url);
    } catch {
      return; // htmx and the socket say that the connection is gone; the last preview stays
    }
    if (this.wanted !== url) return;
    this.previewTarget.innerHTML = html;
  }

  fetched(url) {
    if (!this.kept.has(url)) {
      const answer = fetch(url, { credentials: "same-origin" }).then((response) => {
        if (!response.ok) throw new Error(`${response.status}`);
        return response.text();
      });
      answer.catch(() => this.kept.delete(url));
      this.kept.set(url, answer);
      if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    }
    return this.kept.get(url);
  }

  async ahead(url) {
    try {
      const page = new DOMParser().parseFromString(await this.fetched(url), "text/html");
      const image = page.querySelector("img");
      if (image) new Image().src = image.getAttribute("src");
    } catch {
      // fetched again when it is wanted
    }
  }

  imageTargetConnected(image) {
    const place = () => {
      const frame = image.closest(".s-paper");
      const box = frame.querySelector(".hit");
      if (!box) return;
      const paper = frame.getBoundingClientRect();
      const found = box.getBoundingClientRect();
      frame.scrollTop += found.top - paper.top - paper.height * 0.7;
      frame.scrollLeft += found.left + found.width / 2 - paper.left - paper.width / 2;
    };
    if (image.complete) place();
    else image.addEventListener("load", place, { once: true });
  }
}
