// The colour picker beside the field in which the colour is typed: each follows the other. Without scripts there is
// only the field.
for (const picker of document.querySelectorAll("[data-kleur-voor]")) {
  const field = document.getElementById(picker.dataset.kleurVoor);
  picker.hidden = false;
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value;
  });
}
