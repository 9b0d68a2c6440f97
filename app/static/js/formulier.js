// Leaving the page: what was typed is saved first, so that the next page shows it. Forms: a second press does
// nothing, and the button says what is going on.
import { anyUnsaved, saveAll } from "./bewaren.js";
import { check, isDoubtful } from "./sessie.js";
import { isCovered } from "./slot.js";

const LONGEST_WAIT = 1500;
const saved = () => Promise.race([saveAll(), new Promise((done) => setTimeout(done, LONGEST_WAIT))]);

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const plain = !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !plain || link.origin !== location.origin || link.hash || !anyUnsaved()) return;
  event.preventDefault();
  await saved();
  if (!isCovered()) location.assign(link.href); // saving may have found that the session is over: then this page stays
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (event.submitter?.ariaDisabled === "true") { event.preventDefault(); return; } // its reason stands beside it
  if (form.hasAttribute("hx-post") || event.submitter?.hasAttribute("data-bestand")) return; // a file: the page stays
  if (form.dataset.bezig) { event.preventDefault(); return; }
  if (anyUnsaved() && !form.dataset.bewaard) {
    event.preventDefault();
    form.dataset.bewaard = "ja";
    await saved();
    if (!isCovered()) form.requestSubmit(event.submitter);
    else delete form.dataset.bewaard;
    return;
  }
  if (isDoubtful() && !form.dataset.zeker) {
    event.preventDefault();
    if (await check() === false) return; // locked: the page keeps what was typed, and the person presses once more
    form.dataset.zeker = "ja";
    form.requestSubmit(event.submitter);
    delete form.dataset.zeker;
    return;
  }
  form.dataset.bezig = "ja";
  const button = event.submitter ?? form.querySelector("[type=submit]");
  if (!button?.dataset.bezig) return;
  button.setAttribute("aria-busy", "true");
  (button.querySelector("[data-label]") ?? button).textContent = button.dataset.bezig;
});

// Coming back with the browser's own button: the page as it is now, not as it was kept.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
