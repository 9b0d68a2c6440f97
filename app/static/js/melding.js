// The toast with its undo: counts down, waits while it is being looked at, then goes.
import { everySecond, now } from "./klok.js";

everySecond(() => {
  const toast = document.querySelector(".kiss-toast[data-tot]");
  if (!toast) return;
  const left = Math.ceil((Date.parse(toast.dataset.tot) - now()) / 1000);
  const count = toast.querySelector("[data-telt]");
  if (count) count.textContent = left > 0 ? `${left} s` : "";
  if (left <= 0 && !toast.matches(":hover, :focus-within")) toast.remove();
});
