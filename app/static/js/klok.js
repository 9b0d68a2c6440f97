// One timer for everything that counts; moments come from the server, corrected for this computer's clock.
const drift = Date.parse(document.documentElement.dataset.nu ?? "") - Date.now() || 0;
export const now = () => Date.now() + drift;

const two = (number) => String(number).padStart(2, "0");
export const duration = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
};

const listeners = new Set();
export const everySecond = (listener) => listeners.add(listener);

function tick() {
  for (const clock of document.querySelectorAll("[data-sinds]")) {
    clock.textContent = duration((now() - Date.parse(clock.dataset.sinds)) / 1000);
  }
  for (const listener of listeners) listener();
}
tick();
setInterval(tick, 1000);
