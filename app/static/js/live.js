// Live delivery states. An event says which contact changed; its chip is fetched again from the server.
// One question per contact at a time: two events in a row may not overtake each other.
const worker = document.querySelector('meta[name="stream-worker"]')?.content;
const signedIn = document.querySelector('meta[name="csrf"]')?.content;
const asking = new Set(), askAgain = new Set(), changed = new Set();

const chips = (id) => document.querySelectorAll(`[data-klantcontact="${CSS.escape(id)}"]`);

async function refresh(id) {
  changed.add(id);
  if (!chips(id).length) return;
  if (asking.has(id)) { askAgain.add(id); return; }
  asking.add(id);
  try {
    do {
      askAgain.delete(id);
      const answer = await fetch(`/klantcontacten/${id}/aflevering`, { headers: { "HX-Request": "true", Accept: "text/html" } });
      if (answer.ok) show(id, await answer.text());
    } while (askAgain.has(id));
  } catch {
    // The server is away; when the stream is back, everything that had not ended is asked again.
  } finally {
    asking.delete(id);
  }
}

function show(id, html) {
  const made = document.createElement("template");
  made.innerHTML = html.trim();
  for (const chip of chips(id)) chip.replaceWith(made.content.cloneNode(true));
}

function refreshOpen(wanted = () => true) {
  const open = document.querySelectorAll('[data-klantcontact]:not([data-state="bevestigd"])');
  for (const id of new Set([...open].map((chip) => chip.dataset.klantcontact))) if (wanted(id)) refresh(id);
}

// A panel may bring a state from before the event that we already heard.
document.addEventListener("htmx:after:swap", () => refreshOpen((id) => changed.has(id)));

function heard({ name, data }) {
  if (name === "aflevering") refresh(JSON.parse(data).klantcontact);
  if (name === "sessie") document.dispatchEvent(new CustomEvent("kiss:sessie"));
  if (name !== "verbonden") return;
  // What happened while nobody listened: ask again for everything that had not ended.
  refreshOpen();
}

// `stream.begin()` and `stream.stop()` follow the session: behind a lock nothing is heard.
export const stream = { begin() {}, stop() {} };

if (signedIn && "SharedWorker" in window && worker) {
  const { port } = new SharedWorker(worker, { type: "module" });
  port.onmessage = ({ data }) => heard(data);
  addEventListener("pagehide", () => port.postMessage("weg"));
  Object.assign(stream, { begin: () => port.postMessage("opnieuw"), stop: () => port.postMessage("stil") });
} else if (signedIn && "EventSource" in window) {
  let source;
  const names = ["verbonden", "aflevering", "sessie"];
  stream.stop = () => source?.close();
  stream.begin = () => {
    source?.close();
    source = new EventSource("/gebeurtenissen");
    for (const name of names) source.addEventListener(name, ({ data }) => heard({ name, data }));
  };
  stream.begin();
}
