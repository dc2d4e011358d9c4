// pdf.js, loaded when the first page needs it; asks the server for ranges, never for the whole.
const CSS_UNITS = 96 / 72; // CSS pixels per point
const MOST_PIXELS = 16_000_000; // of one canvas; beyond it browsers refuse or crawl

export class PdfSource {
  constructor(url, assets) {
    this.url = url;
    this.assets = assets;
    this.opening = null;
  }

  open() {
    this.opening ??= import("pdfjs").then((pdfjs) => {
      this.pdfjs = pdfjs;
      pdfjs.GlobalWorkerOptions.workerSrc = this.assets.worker;
      return pdfjs.getDocument({
        url: this.url,
        cMapUrl: this.assets.cmaps,
        cMapPacked: true,
        standardFontDataUrl: this.assets.fonts,
        wasmUrl: this.assets.wasm,
        iccUrl: this.assets.icc,
        rangeChunkSize: 131072,
        disableAutoFetch: true,
        disableStream: true,
        isEvalSupported: false,
        enableXfa: false,
        verbosity: 0,
      }).promise;
    });
    return this.opening;
  }

  async page(number) {
    return (await this.open()).getPage(number);
  }

  // Draws a page into `inner` (a box of its size); returns a function that stops and clears it.
  async draw(number, inner, scale, signal) {
    const page = await this.page(number);
    if (signal.aborted) return;
    const viewport = page.getViewport({ scale: scale * CSS_UNITS });
    const ratio = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / (viewport.width * viewport.height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    canvas.setAttribute("role", "img");
    const task = page.render({
      canvas,
      viewport,
      transform: ratio === 1 ? null : [ratio, 0, 0, ratio, 0, 0],
      annotationMode: this.pdfjs.AnnotationMode.ENABLE,
    });
    signal.addEventListener("abort", () => task.cancel());
    await task.promise;
    if (signal.aborted) return;
    inner.querySelector(":scope > canvas")?.remove();
    inner.prepend(canvas);
    await this.#text(page, viewport, inner, signal);
    return canvas;
  }

  async #text(page, viewport, inner, signal) {
    const layer = document.createElement("div");
    layer.className = "textLayer";
    inner.style.setProperty("--total-scale-factor", String(viewport.scale));
    const text = new this.pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport });
    signal.addEventListener("abort", () => text.cancel());
    await text.render();
    if (signal.aborted) return;
    inner.querySelector(":scope > .textLayer")?.remove();
    inner.querySelector(":scope > canvas")?.after(layer);
  }
}

export { CSS_UNITS };
