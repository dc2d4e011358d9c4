// One file on its way: tus in pieces, resumed where it stopped, with its row on the screen.
import { Upload } from "web/tus";

const PIECE = 8 * 1024 * 1024; // bytes per request; a cut line costs at most this much
const WAITS = [0, 1000, 3000, 5000, 10000]; // ms before another attempt
const FINAL = new Set([400, 401, 403, 404, 410, 412, 413, 415, 422, 507]); // trying again does not help

export class Sending {
  constructor(file, row, { endpoint, purpose, token, wishes, words, onState }) {
    Object.assign(this, { file, row, words, onState });
    this.state = "queued";
    this.seconds = [];
    this.upload = new Upload(file, {
      endpoint,
      chunkSize: PIECE,
      retryDelays: WAITS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type, purpose, ...wishes },
      headers: { "X-CSRFToken": token },
      onShouldRetry: (error) => !FINAL.has(error.originalResponse?.getStatus() ?? 0),
      onProgress: (sent, all) => this.#moved(sent, all),
      onUploadUrlAvailable: () => (this.row.dataset.upload = this.uuid),
      onSuccess: () => this.#end("sent"),
      onError: (error) => this.#failed(error),
    });
    this.part("nm").textContent = file.name;
    this.part("size").textContent = bytes(file.size);
    this.row.dataset.name = file.name;
    this.say(words.queued);
  }

  get uuid() {
    return this.upload.url?.replace(/\/$/, "").split("/").pop() ?? "";
  }

  part(name) {
    return this.row.querySelector(`.${name}`);
  }

  say(text, side = "") {
    this.row.querySelector("[data-says]").textContent = text;
    this.row.querySelector("[data-side]").textContent = side;
  }

  // Known uploads of the same file go on where they stopped; returns the uuid of the one taken up.
  async previous() {
    const known = await this.upload.findPreviousUploads();
    const latest = known.sort((a, b) => (a.creationTime < b.creationTime ? 1 : -1))[0];
    if (!latest) return "";
    this.upload.resumeFromPreviousUpload(latest);
    return latest.uploadUrl?.replace(/\/$/, "").split("/").pop() ?? "";
  }

  start() {
    this.state = "sending";
    this.row.querySelector("[data-act=resume]").hidden = true;
    this.begun = undefined;
    this.say(this.words.sending);
    this.upload.start();
  }

  async cancel() {
    this.state = "cancelled";
    await this.upload.abort(true).catch(() => {}); // what is gone already needs no ending
    this.row.remove();
    this.onState(this);
  }

  #moved(sent, all) {
    const now = performance.now();
    this.begun ??= { at: now, sent };
    const rate = (sent - this.begun.sent) / Math.max(now - this.begun.at, 1); // bytes per ms
    const bar = this.row.querySelector("progress");
    bar.max = all;
    bar.value = sent;
    const left = rate > 0 && now - this.begun.at > 1500 ? (all - sent) / rate / 1000 : 0;
    const said = [`${bytes(sent)} / ${bytes(all)}`];
    if (left >= 90) said.push(this.words.minutes.replace("{}", Math.round(left / 60)));
    else if (left >= 1) said.push(this.words.left.replace("{}", Math.ceil(left)));
    this.say(`${this.words.sending}　${Math.floor((100 * sent) / Math.max(all, 1))} %`, said.join("・"));
  }

  #end(state) {
    this.state = state;
    this.onState(this);
  }

  #failed(error) {
    if (this.state === "cancelled") return;
    const response = error.originalResponse;
    const status = response?.getStatus() ?? 0;
    this.final = FINAL.has(status) && status !== 401;
    this.reason = sentence(response) || (this.final ? this.words.stopped : this.words.again);
    this.#end("stopped");
  }
}

function sentence(response) {
  try {
    return JSON.parse(response.getBody()).sentence ?? "";
  } catch {
    return ""; // not ours: a proxy's page, or no answer at all
  }
}

export function bytes(size) {
  if (size < 1000) return `${size} B`;
  if (size < 99_500) return `${Math.round(size / 1e3)} KB`;
  if (size < 999.95e6) return `${(size / 1e6).toFixed(1)} MB`;
  return `${(size / 1e9).toFixed(1)} GB`;
}
