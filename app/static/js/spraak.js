// The two live regions of the page. Polite for what may wait, assertive for what may not.
export function say(text, { now = false } = {}) {
  const region = document.getElementById(now ? "spraak-nu" : "spraak");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}
