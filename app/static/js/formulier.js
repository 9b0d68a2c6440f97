// Forms that leave the page: a second press does nothing, the button says what is going on.
import { saveAll } from "./bewaren.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.hasAttribute("hx-post")) return;
  if (form.dataset.bezig) { event.preventDefault(); return; }
  form.dataset.bezig = "ja";
  const button = event.submitter ?? form.querySelector("[type=submit]");
  if (button?.dataset.bezig) {
    button.setAttribute("aria-busy", "true");
    const label = button.querySelector("[data-label]") ?? button;
    label.textContent = button.dataset.bezig;
  }
  saveAll({ leaving: true });
}, true);

// Coming back with the browser's own button: the page is as it was, its forms may be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
