// Live delivery states. An event says which contact changed; its chip is fetched again from the server.
import htmx from "./htmx.js";

const worker = document.querySelector('meta[name="stream-worker"]')?.content;
const signedIn = document.querySelector('meta[name="csrf"]')?.content;

function refresh(id) {
  for (const chip of document.querySelectorAll(`.aflevering[data-klantcontact="${CSS.escape(id)}"]`)) {
    htmx.ajax("GET", `/klantcontacten/${id}/aflevering`, { target: chip, swap: "outerHTML" });
  }
}

function heard({ name, data }) {
  if (name === "aflevering") refresh(JSON.parse(data).klantcontact);
  if (name !== "verbonden") return;
  // What happened while nobody listened: ask again for everything that had not ended.
  for (const chip of document.querySelectorAll('.aflevering:not([data-state="bevestigd"])')) refresh(chip.dataset.klantcontact);
}

if (signedIn && "SharedWorker" in window && worker) {
  const { port } = new SharedWorker(worker, { type: "module" });
  port.onmessage = ({ data }) => heard(data);
  addEventListener("pagehide", () => port.postMessage("weg"));
} else if (signedIn && "EventSource" in window) {
  const source = new EventSource("/gebeurtenissen");
  for (const name of ["verbonden", "aflevering"]) source.addEventListener(name, ({ data }) => heard({ name, data }));
}
