// The page's own socket. Every event of the person becomes a `live:<kind>` on document, with the
// payload as its detail. What arrives here is a hint: the page's own requests are the truth.
//
//   live:up, live:down   the server can be reached or not
//   live:state           detail {up, ended}, at every change
//   live:reload          what happened while we were away is not known: ask again for what you show
//   live:ended           the session does not stand any more
//
// The place in the stream goes with the tab (sessionStorage), so that nothing is missed between
// two pages. A page that shows a state may say as of which place: <meta name="live-position"
// content="epoch seq">; then listening begins there.
import ReconnectingSocket from "partysocket";

const ENDED = 4401;
const OURS = "fuzukue:live";
const LONGEST_PAUSE = 15_000;
const PATIENCE = 3_000; // a reconnection that takes less is nobody's business

const position = { epoch: null, after: null };
let tries = 0;
let up = false;
let downTimer = 0;

function recall() {
  const meta = document.querySelector('meta[name="live-position"]');
  const [epoch, seq] = (meta?.content ?? "").split(" ");
  if (epoch && /^\d+$/.test(seq ?? "")) {
    Object.assign(position, { epoch, after: Number(seq) });
    return;
  }
  try {
    const kept = JSON.parse(sessionStorage.getItem(OURS) ?? "null");
    if (kept) Object.assign(position, { epoch: kept.epoch, after: kept.after });
  } catch {
    // storage is switched off: listening begins now
  }
}

function keep(epoch, after) {
  Object.assign(position, { epoch, after });
  try {
    sessionStorage.setItem(OURS, JSON.stringify({ epoch, after }));
  } catch {
    // storage is switched off: the next page begins at its own time
  }
}

function tell(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

function setUp(now) {
  clearTimeout(downTimer);
  if (now === up) return;
  if (now) {
    up = true;
    tell("up");
    tell("state", { up: true, ended: false });
    return;
  }
  downTimer = setTimeout(() => {
    up = false;
    tell("down");
    tell("state", { up: false, ended: false });
  }, PATIENCE);
}

// Full jitter: after a restart of the server, browsers come back spread over the pause.
async function address() {
  if (tries > 0) {
    const longest = Math.min(LONGEST_PAUSE, 1_000 * 2 ** (tries - 1));
    await new Promise((done) => setTimeout(done, Math.random() * longest));
  }
  tries += 1;
  const url = new URL(document.body.dataset.live || "/ws/", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function hear(message) {
  let said;
  try {
    said = JSON.parse(message.data);
  } catch {
    return;
  }
  if (said.room) return; // rooms of other kinds have listeners of their own
  if (said.hello || said.reload) {
    tries = 0;
    setUp(true);
    keep(said.epoch, said.seq);
    if (said.reload) tell("reload");
    return;
  }
  for (const event of said.events ?? []) {
    if (event.seq <= position.after) continue; // once is enough
    tell(event.kind, event.payload);
  }
  keep(position.epoch, Math.max(position.after ?? 0, said.seq));
}

function start() {
  recall();
  const socket = new ReconnectingSocket(address, [], {
    minReconnectionDelay: 1,
    maxReconnectionDelay: 1,
    maxEnqueuedMessages: 0,
    connectionTimeout: 10_000,
  });
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ after: position.after, epoch: position.epoch }));
  });
  socket.addEventListener("message", hear);
  socket.addEventListener("close", (event) => {
    if (event.code === ENDED) {
      socket.close();
      clearTimeout(downTimer);
      up = false;
      try {
        sessionStorage.removeItem(OURS);
      } catch {
        // storage is switched off
      }
      tell("ended");
      tell("state", { up: false, ended: true });
      return;
    }
    setUp(false);
  });
  window.addEventListener("online", () => {
    if (!up) {
      tries = 0;
      socket.reconnect();
    }
  });
  // A page kept for "back" holds no socket; the browser closes it, we open it again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) socket.reconnect();
  });
}

start();
