// The sheets in the middle: one box per page, filled when it comes near, emptied when it is far.
import { CSS_UNITS } from "documents/viewer/pdf";
import { clamp, transformOf, turnedPoint, turnedSize } from "documents/viewer/geometry";

const MARGIN = 16; // px around the paper
const SMALLEST = 0.1;
const LARGEST = 5;
const STEP = 1.2;
const FILLED = 12; // pages that keep their content
const REDRAW_MS = 150; // rest after zooming before canvases are drawn sharp
const SVG = "http://www.w3.org/2000/svg";

export class Paper {
  constructor(scroll, pages, { pdf, image, thumb, still, words, onPage, onZoom }) {
    Object.assign(this, { scroll, pdf, image, thumb, still, words, onPage, onZoom });
    this.scale = 1;
    this.fit = true;
    this.rotation = 0;
    this.current = 0;
    this.sheets = new Map();
    this.filled = new Map(); // number -> AbortController, in the order of use
    this.holder = document.createElement("div");
    this.holder.className = "v-pages";
    this.scroll.append(this.holder);
    this.near = new IntersectionObserver((entries) => this.#seen(entries), { root: scroll, rootMargin: "60% 0px" });
    this.setPages(pages);
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(scroll);
  }

  // [number, width, height, isScan, state, hasImage] per page; known pages keep their box.
  setPages(rows) {
    for (const [number, width, height, isScan, state, hasImage] of rows) {
      const known = this.sheets.get(number);
      const facts = { number, width, height, isScan: Boolean(isScan), state, hasImage: Boolean(hasImage) };
      if (!known) {
        this.sheets.set(number, this.#make(facts));
        continue;
      }
      const changed = known.state !== state || known.isScan !== facts.isScan || known.hasImage !== facts.hasImage;
      const resized = known.width !== width || known.height !== height;
      Object.assign(known, facts);
      if (resized) this.#size(known);
      if (changed && this.filled.has(number) && !this.#rightly(known)) this.#refill(known);
    }
  }

  #make(facts) {
    const outer = document.createElement("div");
    outer.className = "v-page";
    outer.dataset.page = facts.number;
    outer.id = `page-${facts.number}`;
    const inner = document.createElement("div");
    inner.className = "paper v-inner";
    outer.append(inner);
    this.holder.append(outer);
    const sheet = { ...facts, outer, inner, hits: null, canvas: false };
    this.near.observe(outer);
    return sheet;
  }

  layout() {
    if (this.fit) this.scale = this.#fitting();
    for (const sheet of this.sheets.values()) this.#size(sheet);
    this.onZoom(this.scale);
  }

  #fitting() {
    const widest = Math.max(...[...this.sheets.values()].map((sheet) => turnedSize(sheet.width, sheet.height, this.rotation)[0]));
    const room = this.scroll.clientWidth - 2 * MARGIN;
    return clamp(room / (widest * CSS_UNITS), SMALLEST, LARGEST);
  }

  #size(sheet) {
    const width = Math.round(sheet.width * CSS_UNITS * this.scale);
    const height = Math.round(sheet.height * CSS_UNITS * this.scale);
    const [across, down] = turnedSize(width, height, this.rotation);
    sheet.outer.style.width = `${across}px`;
    sheet.outer.style.height = `${down}px`;
    sheet.inner.style.width = `${width}px`;
    sheet.inner.style.height = `${height}px`;
    sheet.inner.style.transform = transformOf(width, height, this.rotation);
    sheet.inner.style.setProperty("--total-scale-factor", String(this.scale * CSS_UNITS));
  }

  #seen(entries) {
    for (const entry of entries) {
      const sheet = this.sheets.get(Number(entry.target.dataset.page));
      if (entry.isIntersecting) this.#fill(sheet);
    }
    while (this.filled.size > FILLED) {
      const far = [...this.filled.keys()].sort((a, b) => Math.abs(b - this.current) - Math.abs(a - this.current))[0];
      this.#clear(this.sheets.get(far));
    }
  }

  #fill(sheet) {
    if (this.filled.has(sheet.number)) return;
    const stop = new AbortController();
    this.filled.set(sheet.number, stop);
    if (sheet.hasImage && (sheet.isScan || !this.pdf)) this.#asImage(sheet, stop);
    else if (this.pdf) this.#asCanvas(sheet, stop);
    else this.#say(sheet, sheet.state === "failed" ? this.words.failed : this.words.waiting);
  }

  // Whether what is shown is what would be shown now.
  #rightly(sheet) {
    const wantsImage = sheet.hasImage && (sheet.isScan || !this.pdf);
    return wantsImage ? Boolean(sheet.inner.querySelector(":scope > img")) : sheet.canvas;
  }

  #refill(sheet) {
    this.#clear(sheet);
    this.#fill(sheet);
  }

  #clear(sheet) {
    this.filled.get(sheet.number)?.abort();
    this.filled.delete(sheet.number);
    sheet.canvas = false;
    for (const child of [...sheet.inner.children]) if (child !== sheet.hits) child.remove();
  }

  #asImage(sheet, stop) {
    const picture = this.#takeStill(sheet) ?? document.createElement("img");
    picture.alt = this.words.page.replace("{}", sheet.number);
    picture.addEventListener("error", () => {
      picture.remove();
      if (stop.signal.aborted) return;
      if (this.pdf) this.#asCanvas(sheet, stop);
      else this.#say(sheet, this.words.failed);
    });
    if (!picture.src) picture.src = this.image(sheet.number);
    sheet.inner.prepend(picture);
  }

  // The picture that the page came with stands until the page itself is drawn; others begin soft.
  #soft(sheet) {
    if (!sheet.hasImage || sheet.inner.querySelector(":scope > canvas, :scope > img")) return;
    const picture = this.#takeStill(sheet) ?? document.createElement("img");
    if (!picture.src) picture.src = this.thumb(sheet.number);
    picture.alt = "";
    picture.className = "v-soft";
    sheet.inner.prepend(picture);
  }

  #takeStill(sheet) {
    if (!this.still || this.still.number !== sheet.number) return null;
    const { picture } = this.still;
    this.still = null;
    return picture;
  }

  async #asCanvas(sheet, stop) {
    sheet.canvas = true;
    this.#soft(sheet);
    try {
      const canvas = await this.pdf.draw(sheet.number, sheet.inner, this.scale, stop.signal);
      if (!canvas) return;
      canvas.setAttribute("aria-label", this.words.page.replace("{}", sheet.number));
      sheet.inner.querySelector(":scope > .v-soft")?.remove();
    } catch (error) {
      if (stop.signal.aborted || error?.name === "RenderingCancelledException") return;
      console.warn(`page ${sheet.number}`, error);
      this.#say(sheet, this.words.failed);
    }
  }

  #say(sheet, text) {
    const note = document.createElement("p");
    note.className = "v-say";
    note.textContent = text;
    sheet.inner.prepend(note);
  }

  // -- where we are -------------------------------------------------------------------------
  #scrolled() {
    const line = this.scroll.scrollTop + this.scroll.clientHeight * 0.4;
    let found = 1;
    for (const sheet of this.sheets.values()) {
      if (sheet.outer.offsetTop > line) break;
      found = sheet.number;
    }
    if (found !== this.current) {
      this.current = found;
      this.onPage(found);
    }
  }

  goTo(number, smooth = false) {
    const sheet = this.sheets.get(clamp(number, 1, this.sheets.size));
    if (!sheet) return;
    this.scroll.scrollTo({ top: sheet.outer.offsetTop - MARGIN / 2, behavior: smooth ? "smooth" : "instant" });
    this.#scrolled();
  }

  // The point (0..1 of the page) comes to stand 70 % down.
  showPoint(number, x, y) {
    const sheet = this.sheets.get(number);
    if (!sheet) return;
    const [across, down] = turnedPoint(x, y, this.rotation);
    const top = sheet.outer.offsetTop + down * sheet.outer.offsetHeight - this.scroll.clientHeight * 0.7;
    const left = sheet.outer.offsetLeft + across * sheet.outer.offsetWidth - this.scroll.clientWidth / 2;
    this.scroll.scrollTo({ top: Math.max(top, 0), left: Math.max(left, 0), behavior: "instant" });
    this.#scrolled();
  }

  // -- zoom and rotation -----------------------------------------------------------------------
  zoomBy(steps) {
    this.fit = false;
    this.#keeping(() => (this.scale = clamp(this.scale * STEP ** steps, SMALLEST, LARGEST)));
  }

  zoomFit() {
    this.fit = true;
    this.#keeping(() => {});
  }

  rotate() {
    this.#keeping(() => (this.rotation = (this.rotation + 90) % 360));
  }

  #resized() {
    if (this.fit && this.sheets.size && Math.abs(this.#fitting() - this.scale) > 0.001) this.#keeping(() => {});
  }

  // Change the layout and stay at the same place of the same page.
  #keeping(change) {
    const sheet = this.sheets.get(this.current || 1);
    const at = sheet ? (this.scroll.scrollTop - sheet.outer.offsetTop) / Math.max(sheet.outer.offsetHeight, 1) : 0;
    change();
    this.layout();
    if (sheet) this.scroll.scrollTop = sheet.outer.offsetTop + at * sheet.outer.offsetHeight;
    clearTimeout(this.redraw);
    this.redraw = setTimeout(() => {
      for (const number of [...this.filled.keys()]) {
        const filled = this.sheets.get(number);
        if (!filled.canvas) continue;
        this.filled.get(number).abort();
        const stop = new AbortController();
        this.filled.set(number, stop);
        this.#asCanvas(filled, stop);
      }
    }, REDRAW_MS);
  }

  // -- boxes ---------------------------------------------------------------------------------
  drawHits(byPage, now) {
    for (const sheet of this.sheets.values()) {
      const places = byPage.get(sheet.number);
      if (!places) {
        sheet.hits?.remove();
        sheet.hits = null;
        continue;
      }
      if (!sheet.hits) {
        sheet.hits = document.createElementNS(SVG, "svg");
        sheet.hits.setAttribute("class", "hits");
        sheet.hits.setAttribute("viewBox", "0 0 1000 1000");
        sheet.hits.setAttribute("preserveAspectRatio", "none");
        sheet.hits.setAttribute("aria-hidden", "true");
        sheet.inner.append(sheet.hits);
      }
      sheet.hits.replaceChildren(...places.flatMap(({ index, boxes }) => boxes.map((box) => rectangle(box, index === now))));
    }
  }
}

function rectangle([x, y, width, height], isNow) {
  const shape = document.createElementNS(SVG, "rect");
  shape.setAttribute("class", isNow ? "hit now" : "hit");
  for (const [name, value] of Object.entries({ x, y, width, height })) shape.setAttribute(name, value);
  return shape;
}
