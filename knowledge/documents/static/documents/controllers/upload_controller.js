import { Controller } from "@hotwired/stimulus";
import htmx from "htmx";
import { carriesFiles, filesOf } from "documents/upload/dropped";
import { Sending } from "documents/upload/sending";

const AT_ONCE = 3; // files sent at the same time
const LOOK_MS = 4000; // how long a moving row may be silent; events are hints, the server knows
const NONE = "00000000-0000-0000-0000-000000000000";

// The upload screen: takes files from anywhere on the window, sends them, follows each row.
export default class extends Controller {
  static targets = ["zone", "picker", "wish", "said"];
  static values = { endpoint: String, finish: String, wishes: String, row: String, purpose: String };

  connect() {
    this.section = document.querySelector("[data-upload-list]");
    this.list = document.getElementById("imports");
    this.words = { ...document.getElementById("upload-words").dataset };
    this.token = this.element.querySelector("[name=csrfmiddlewaretoken]").value;
    this.sendings = [];
    this.section.classList.add("live");
    this.listeners = [
      [this.list, "click", (event) => this.clicked(event)],
      [document, "live:file-progress", (event) => this.progress(event.detail)],
      [window, "beforeunload", (event) => this.sendings.some((item) => item.state === "sending") && event.preventDefault()],
    ];
    for (const [target, name, listener] of this.listeners) target.addEventListener(name, listener);
    this.watch = new MutationObserver(() => this.count());
    this.watch.observe(this.list, { childList: true, subtree: true, attributeFilter: ["data-group"] });
    if (this.pickerTarget.files.length) this.picked(); // chosen before this script was there
    this.looking = setInterval(() => this.look(), LOOK_MS);
    this.count();
  }

  disconnect() {
    clearInterval(this.looking);
    for (const [target, name, listener] of this.listeners) target.removeEventListener(name, listener);
    this.watch.disconnect();
  }

  // -- files come in ---------------------------------------------------------------------------
  over(event) {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.zoneTarget.classList.add("over");
  }

  leave(event) {
    if (!event.relatedTarget) this.zoneTarget.classList.remove("over");
  }

  async drop(event) {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.zoneTarget.classList.remove("over");
    this.take(await filesOf(event.dataTransfer));
  }

  picked() {
    const files = [...this.pickerTarget.files];
    this.pickerTarget.value = "";
    this.take(files, this.replacing);
    this.replacing = null;
  }

  async take(files, replaced = null) {
    for (const file of files) {
      const row = document.getElementById("import-template").content.firstElementChild.cloneNode(true);
      if (replaced) {
        this.forget(replaced);
        replaced.replaceWith(row);
        replaced = null;
      } else this.list.append(row);
      const sending = new Sending(file, row, {
        endpoint: this.endpointValue,
        purpose: this.purposeValue,
        token: this.token,
        wishes: this.wished(),
        words: this.words,
        onState: (item) => this.changed(item),
      });
      const known = await sending.previous();
      if (known) this.list.querySelector(`[data-upload="${known}"]:not([data-document])`)?.remove();
      this.sendings.push(sending);
    }
    this.next();
  }

  next() {
    const running = this.sendings.filter((item) => item.state === "sending").length;
    const waiting = this.sendings.filter((item) => item.state === "queued");
    for (const item of waiting.slice(0, Math.max(AT_ONCE - running, 0))) item.start();
  }

  async changed(item) {
    if (item.state === "sent") await this.finished(item);
    if (item.state === "stopped") this.stopped(item);
    this.next();
  }

  async finished(item) {
    const row = await this.html(this.finishValue.replace(NONE, item.uuid), { method: "POST" });
    if (row) this.replace(item.row, row);
    else this.stopped(Object.assign(item, { reason: this.words.again }));
  }

  stopped(item) {
    item.row.dataset.group = "failed";
    item.row.dataset.state = "failed";
    const state = item.row.querySelector(".state");
    const head = document.createElement("span");
    head.className = "st t-ng";
    head.textContent = `${this.words.stopped}`;
    const why = document.createElement("span");
    why.className = "meta";
    why.textContent = item.reason;
    const bar = state.querySelector(".prog");
    state.replaceChildren(head, why, bar);
    bar.hidden = true;
    const again = item.row.querySelector("[data-act=resume]");
    again.hidden = false;
    again.dataset.act = item.final ? "pick" : "resume";
    this.say(this.words.failed, item.row);
  }

  // -- rows -------------------------------------------------------------------------------------
  clicked(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (!act) return;
    const row = event.target.closest("li");
    const item = this.sendings.find((known) => known.row === row);
    if (act === "cancel") item?.cancel();
    if (act === "resume" && item) {
      row.dataset.group = "under_way";
      row.dataset.state = "sending";
      const bar = row.querySelector(".prog");
      bar.hidden = false;
      row.querySelector(".state").replaceChildren(bar);
      item.start();
    }
    if (act === "pick") {
      this.replacing = row;
      this.pickerTarget.click();
    }
  }

  // A row that is sent again leaves nothing of the refused one behind.
  forget(row) {
    const form = row.querySelector("form[action*='dismiss'], form[action*='cancel']");
    if (form && row.dataset.group === "failed") this.html(form.action, { method: "POST" });
  }

  async progress({ file, state, page, pages }) {
    const row = this.list.querySelector(`[data-file="${CSS.escape(file)}"]`);
    if (!row) return;
    row.heard = performance.now();
    if (state === "reading" && row.dataset.state === "reading" && pages) {
      row.querySelector("[data-page]").textContent = page;
      row.querySelector("[data-pages]").textContent = pages;
      const bar = row.querySelector("progress");
      bar.max = pages;
      bar.value = page;
      if (!(page > 0 && !row.querySelector(".act a"))) return; // the first page can be opened now
    }
    clearTimeout(row.asking);
    row.asking = setTimeout(() => this.ask(row), 150);
  }

  async ask(row) {
    row.heard = performance.now();
    const fresh = await this.html(this.rowValue.replace(NONE, row.dataset.document));
    if (fresh && row.isConnected) this.replace(row, fresh);
  }

  // An event that came before its row was there is made up for here.
  look() {
    if (document.hidden) return;
    for (const row of this.list.querySelectorAll("[data-group=under_way][data-document]:not([data-document=''])")) {
      if (performance.now() - (row.heard ?? 0) > LOOK_MS && !row.contains(document.activeElement)) this.ask(row);
    }
  }

  replace(row, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("li");
    if (!fresh) return;
    const before = row.dataset.group;
    const node = document.importNode(fresh, true);
    node.heard = performance.now();
    const held = row.contains(document.activeElement);
    row.replaceWith(node);
    htmx.process(node);
    if (held) node.querySelector("a, button")?.focus();
    if (node.dataset.group !== before) this.say(this.words[node.dataset.group] ?? this.words.received, node);
    this.section.dispatchEvent(new CustomEvent("documents:row", { detail: { node } }));
  }

  say(text, row) {
    this.saidTarget.textContent = `${row.dataset.name} ${text}`;
  }

  count() {
    const rows = [...this.list.children];
    this.section.hidden = !rows.length;
    this.zoneTarget.classList.toggle("big", !rows.length);
    for (const place of this.section.querySelectorAll("[data-count]")) {
      const group = place.dataset.count;
      const number = group === "all" ? rows.length : rows.filter((row) => row.dataset.group === group).length;
      if (place.textContent !== String(number)) place.textContent = number;
      if (group !== "all") place.parentElement.hidden = !number;
    }
  }

  // -- settings ------------------------------------------------------------------------------
  wished() {
    return Object.fromEntries(this.wishTargets.map((field) => [field.name, field.value]));
  }

  wish() {
    const open = [...this.list.querySelectorAll("[data-state=sending][data-upload]")].map((row) => row.dataset.upload).filter(Boolean);
    for (const item of this.sendings) if (item.state === "queued") Object.assign(item.upload.options.metadata, this.wished());
    if (!open.length) return;
    this.html(this.wishesValue, { method: "POST", body: JSON.stringify({ uploads: open, wishes: this.wished() }), headers: { "Content-Type": "application/json" } });
  }

  async html(url, { headers = {}, ...options } = {}) {
    const send = { ...headers, "X-CSRFToken": this.token, "HX-Request": "true" };
    const response = await fetch(url, { ...options, headers: send }).catch(() => null);
    return response?.ok ? response.text() : "";
  }
}
