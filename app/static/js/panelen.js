// Panels that load by themselves: a skeleton first, after two seconds the seconds as well; one message at the end.
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
