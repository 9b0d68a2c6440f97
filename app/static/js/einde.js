// Some minutes before the session is over, whatever the person does: a way to sign in again while everything stays.
import { everySecond, now } from "./klok.js";
import { ends } from "./sessie.js";
import { isCovered } from "./slot.js";
import { say } from "./spraak.js";

const AHEAD = 10 * 60_000, LAST = 2 * 60_000;
let shown, later = Infinity;

everySecond(() => {
  const left = ends() - now();
  const wanted = left > 0 && left <= Math.min(AHEAD, later);
  if (isCovered() || wanted === Boolean(shown)) return;
  if (wanted) show();
  else hide();
});

function show() {
  shown = document.getElementById("sessie-einde").content.firstElementChild.cloneNode(true);
  const time = new Date(ends()).toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" });
  shown.querySelector("[data-om]").textContent = time;
  shown.querySelector("[data-later]").onclick = () => { later = later === Infinity ? LAST : 0; hide(); };
  document.body.append(shown);
  say(`Om ${time} meldt u zich opnieuw aan. De knop daarvoor staat onderaan deze bladzijde.`);
}

function hide() {
  shown.remove();
  shown = undefined;
  if (ends() - now() > AHEAD) later = Infinity;
}
