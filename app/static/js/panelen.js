// Panels that load by themselves: a skeleton first, after two seconds the seconds as well; one message at the end.
import htmx from "./htmx.js";
import { everySecond } from "./klok.js";
import { say } from "./spraak.js";

const started = performance.now();
const loading = () => document.querySelectorAll('[data-source][data-state="laden"]');

everySecond(() => {
  const seconds = Math.floor((performance.now() - started) / 1000);
  if (seconds < 2) return;
  for (const panel of loading()) {
    const place = panel.querySelector("[data-laadtijd]");
    if (place) place.textContent = `Laden… ${seconds} s`;
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (loading().length || !document.querySelector("[data-source]")) return;
  const down = [...document.querySelectorAll('[data-source][data-state="onbereikbaar"] [data-zin]')];
  const text = ["Klantbeeld compleet.", ...down.map((one) => one.textContent.trim())].join(" ");
  if (text !== document.body.dataset.klantbeeld) say(text);
  document.body.dataset.klantbeeld = text;
});

// The server itself did not answer: say so in the panel, with a way to try again.
document.addEventListener("htmx:error", (event) => {
  const panel = event.target.closest?.('[data-source][data-state="laden"]');
  if (!panel) return;
  panel.dataset.state = "onbereikbaar";
  panel.removeAttribute("aria-busy");
  const place = panel.querySelector("[data-laadtijd]");
  const again = Object.assign(document.createElement("button"), { type: "button", className: "knoplink", textContent: "Probeer nu" });
  again.onclick = () => {
    panel.dataset.state = "laden";
    again.remove();
    htmx.ajax("GET", panel.getAttribute("hx-get"), { target: panel, swap: "outerHTML" });
  };
  place.textContent = "Geen verbinding. U kunt gewoon verder typen. ";
  place.after(again);
  for (const bone of panel.querySelectorAll(".geraamte")) bone.hidden = true;
});
