import { Controller } from "@hotwired/stimulus";
import { Paper } from "documents/viewer/paper";
import { PdfSource } from "documents/viewer/pdf";
import { Strip } from "documents/viewer/strip";
import { typing } from "web/controllers/shortcut_controller";
import { announce } from "web/words";

const LOOK_MS = 8000; // between two looks at a document that is still being read

// The viewer: pages, hits, thumbnails, panel. Its data come as JSON in the page.
export default class extends Controller {
  static targets = [
    "scroll", "strip", "side", "number", "count", "zoom", "hits", "noHits", "hitNumber", "hitCount",
    "still", "only", "onlyCount", "live", "liveText", "panel", "panelButton", "text", "textPage", "readers",
  ];
  static values = { page: Number, file: String, hitsUrl: String, pagesUrl: String };

  connect() {
    this.facts = JSON.parse(document.getElementById("viewer-data").textContent);
    this.words = { ...document.getElementById("viewer-words").dataset };
    this.hits = [];
    this.now = -1;
    this.onProgress = (event) => this.progress(event.detail);
    document.addEventListener("live:file-progress", this.onProgress);
    this.looking = setInterval(() => !this.liveTarget.hidden && !document.hidden && this.refresh(), LOOK_MS);
    if (this.facts.pages.length) this.show();
    if (this.facts.query) this.findHits();
  }

  disconnect() {
    clearInterval(this.looking);
    document.removeEventListener("live:file-progress", this.onProgress);
  }

  show() {
    const address = (pattern) => (number) => pattern.replace(/\/0\//, `/${number}/`);
    this.address = { image: address(this.facts.image), thumb: address(this.facts.thumb), text: address(this.facts.text) };
    this.scrollTarget.querySelector(".empty")?.remove();
    this.strip = new Strip(this.stripTarget, { thumb: this.address.thumb, words: this.words, onChoose: (number) => this.paper.goTo(number) });
    const pdf = this.facts.pdf ? new PdfSource(this.facts.pdf, this.facts.pdfjs) : null;
    const [opened] = this.facts.pages.slice(this.pageValue - 1);
    if (pdf && !opened?.[3]) pdf.open().catch(() => {}); // said where the page is drawn
    this.paper = new Paper(this.scrollTarget, this.facts.pages, {
      pdf,
      image: this.address.image,
      thumb: this.address.thumb,
      still: this.hasStillTarget ? { number: this.pageValue, picture: this.stillTarget.querySelector("img") } : null,
      words: this.words,
      onPage: (number) => this.paged(number),
      onZoom: (scale) => (this.zoomTarget.textContent = `${Math.round(scale * 100)}%`),
    });
    this.paper.layout();
    this.paper.goTo(this.pageValue);
    if (this.hasStillTarget) this.stillTarget.remove();
    this.strip.setPages(this.facts.pages);
    this.strip.setCurrent(this.pageValue);
  }

  paged(number) {
    this.page = number;
    this.numberTarget.value = number;
    this.strip.setCurrent(number);
    const url = new URL(location.href);
    url.searchParams.set("page", number);
    history.replaceState(history.state, "", url);
    if (!this.textPanel.hidden) this.loadText();
  }

  get textPanel() {
    return document.getElementById("panel-text");
  }

  // -- hits ------------------------------------------------------------------------------------
  async findHits() {
    const response = await fetch(`${this.hitsUrlValue}?q=${encodeURIComponent(this.facts.query)}`);
    if (!response.ok) return;
    const { hits } = await response.json();
    this.hits = hits;
    this.hitsTarget.hidden = !hits.length;
    this.noHitsTarget.hidden = Boolean(hits.length);
    this.byPage = new Map();
    hits.forEach(({ page, boxes }, index) => this.byPage.set(page, [...(this.byPage.get(page) ?? []), { index, boxes }]));
    if (!this.strip) return;
    this.strip.setHits(new Map([...this.byPage].map(([page, places]) => [page, places.length])));
    this.onlyTarget.hidden = !hits.length;
    this.onlyCountTarget.textContent = this.byPage.size;
    this.hitCountTarget.textContent = hits.length;
    if (!hits.length) return;
    const first = hits.findIndex((hit) => hit.page >= this.pageValue);
    this.showHit(first < 0 ? 0 : first, { quiet: true });
  }

  showHit(index, { quiet = false } = {}) {
    this.now = index;
    const hit = this.hits[index];
    this.hitNumberTarget.textContent = index + 1;
    this.paper.drawHits(this.byPage, index);
    const [x, y, width, height] = hit.boxes[0];
    this.paper.showPoint(hit.page, (x + width / 2) / 1000, (y + height / 2) / 1000);
    if (!quiet) announce(fill(this.words.hit, index + 1, this.hits.length, hit.page));
  }

  nextHit() {
    if (this.hits.length) this.showHit((this.now + 1) % this.hits.length);
  }

  previousHit() {
    if (this.hits.length) this.showHit((this.now - 1 + this.hits.length) % this.hits.length);
  }

  toggleOnly() {
    const on = this.onlyTarget.getAttribute("aria-pressed") !== "true";
    this.onlyTarget.setAttribute("aria-pressed", String(on));
    this.strip.only(on);
  }

  // -- pages, zoom, rotation ------------------------------------------------------------------
  nextPage() {
    this.paper?.goTo(this.page + 1);
  }

  previousPage() {
    this.paper?.goTo(this.page - 1);
  }

  goTo() {
    const number = Number.parseInt(this.numberTarget.value.normalize("NFKC"), 10);
    if (number) this.paper?.goTo(number);
    this.numberTarget.value = this.page;
  }

  zoomIn() {
    this.paper?.zoomBy(1);
  }

  zoomOut() {
    this.paper?.zoomBy(-1);
  }

  zoomFit() {
    this.paper?.zoomFit();
  }

  rotate() {
    this.paper?.rotate();
  }

  key(event) {
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return this.closePanel();
    const acts = {
      n: () => (event.shiftKey ? this.previousHit() : this.nextHit()),
      PageDown: () => this.nextPage(),
      PageUp: () => this.previousPage(),
      "+": () => this.zoomIn(),
      ";": () => event.shiftKey && this.zoomIn(), // + of a Japanese keyboard
      "-": () => this.zoomOut(),
      0: () => this.zoomFit(),
      r: () => this.rotate(),
    };
    const act = acts[event.key] ?? acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // -- panel ------------------------------------------------------------------------------------
  tabChosen({ detail: { id } }) {
    if (id === "tab-text") this.loadText();
    if (id === "tab-readers" && !this.readersTarget.childElementCount) this.loadReaders();
  }

  async loadText() {
    if (!this.page || this.textOf === this.page) return;
    const page = (this.textOf = this.page);
    this.textPageTarget.textContent = page;
    const response = await fetch(`${this.address.text(page)}?q=${encodeURIComponent(this.facts.query)}`);
    if (response.ok && this.textOf === page) this.textTarget.innerHTML = await response.text();
  }

  async loadReaders() {
    const response = await fetch(this.readersTarget.dataset.url);
    if (response.ok) this.readersTarget.innerHTML = await response.text();
  }

  copyText() {
    const text = document.getElementById("page-text")?.textContent;
    if (!text) return;
    if (navigator.clipboard) navigator.clipboard.writeText(text);
    else {
      getSelection().selectAllChildren(document.getElementById("page-text"));
      document.execCommand("copy");
    }
  }

  openPanel() {
    if (!this.panelTarget.dataset.open) this.setPanel("half");
  }

  togglePanel() {
    this.setPanel(this.panelTarget.dataset.open ? "" : "half");
  }

  growPanel() {
    this.setPanel({ "": "half", half: "full", full: "" }[this.panelTarget.dataset.open ?? ""]);
  }

  closePanel() {
    this.setPanel("");
  }

  setPanel(size) {
    this.panelTarget.dataset.open = size;
    this.panelButtonTarget.setAttribute("aria-expanded", String(Boolean(size)));
  }

  // -- a document that is still being read ----------------------------------------------------
  async progress({ file, state }) {
    if (file !== this.fileValue) return;
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.refresh(state), 400);
  }

  async refresh(state) {
    const response = await fetch(this.pagesUrlValue);
    if (!response.ok) return;
    const { pages, done, count, under_way: underWay } = await response.json();
    const same = JSON.stringify(pages) === JSON.stringify(this.facts.pages);
    if (same && underWay && this.paper) return;
    if (state === "held" || state === "failed") return location.reload();
    this.facts.pages = pages;
    this.countTarget.textContent = pages.length;
    if (!pages.length) return;
    if (this.paper) {
      this.paper.setPages(pages);
      this.strip.setPages(pages);
      this.paper.layout();
    } else this.show();
    this.textOf = null;
    this.liveTarget.hidden = !underWay;
    this.liveTextTarget.textContent = fill(this.words.progress, done, count);
    if (!underWay) announce(fill(this.words.more, count));
    if (this.facts.query && !this.hits.length) this.findHits();
  }
}

function fill(text, ...values) {
  return values.reduce((said, value) => said.replace("{}", value), text);
}
