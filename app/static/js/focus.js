// Where the focus goes when a page opens: the first field in error, else the field that was asked for.
const wrong = document.querySelector('[aria-invalid="true"]');
const summary = document.querySelector("[data-foutenoverzicht]");
const asked = document.querySelector("[data-focus]");
(summary ?? wrong ?? asked)?.focus();
const field = document.activeElement;
if (field instanceof HTMLTextAreaElement) field.setSelectionRange(field.value.length, field.value.length);

// ↑ and ↓ walk through the results; Enter presses the button that has focus.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const rows = [...document.querySelectorAll("[data-resultaat]")];
  const at = rows.indexOf(document.activeElement);
  const inBox = document.activeElement?.closest("[data-zoekvak]");
  if (!rows.length || (at < 0 && !inBox)) return;
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  if (next < 0) document.querySelector("[data-zoekvak] input")?.focus();
  else rows[Math.min(next, rows.length - 1)].focus();
  event.preventDefault();
});

// After a search: fields that were refused say so themselves and get the focus, else the first person found.
document.addEventListener("htmx:after:swap", () => {
  const places = [...document.querySelectorAll("[data-foutplek]")];
  for (const place of places) {
    const input = document.getElementById(place.dataset.foutplek);
    const sentence = place.firstElementChild;
    input.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) input.setAttribute("aria-invalid", "true");
    const hint = document.getElementById(`${input.id}-hint`)?.id;
    input.setAttribute("aria-describedby", [hint, sentence?.id].filter(Boolean).join(" "));
  }
  const question = document.querySelector("#resultaten [data-normveld]");
  if (question) return question.focus();
  if (!document.activeElement?.closest("[data-zoekvak], .gericht")) return;
  const wrongField = places.find((place) => place.firstElementChild);
  const next = wrongField ? document.getElementById(wrongField.dataset.foutplek) : document.querySelector("#resultaten [data-resultaat]");
  next?.focus();
});

// More gesprekken than fit: the present one is always in view.
document.querySelector(".strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
