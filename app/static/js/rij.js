// A row in edit: Esc gives back what was there, and puts the focus on the row's own button again.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  const back = event.target.closest?.("form[data-esc]")?.querySelector("[data-esc-terug]");
  if (!back) return;
  event.preventDefault();
  back.click();
});

const named = location.hash.startsWith("#wijzig-") && document.getElementById(location.hash.slice(1));
if (named) named.focus();
