// Keys do what their controls do: pressing a key presses the control with the same command.
import { say } from "./spraak.js";
import { TOETSEN } from "./registry.js";

const mac = navigator.platform?.startsWith("Mac");
const control = (id) => [...document.querySelectorAll(`[data-command="${id}"]`)].find((one) => one.offsetParent !== null || one === document.activeElement);

function press(id) {
  const found = control(id);
  if (!found) return false;
  if (found.matches("textarea, input, select")) found.focus();
  else found.click();
  return true;
}

function wanted(event) {
  if (event.isComposing || event.getModifierState("AltGraph")) return null;
  const alt = mac ? event.ctrlKey && event.shiftKey : event.altKey && !event.ctrlKey && !event.shiftKey;
  if (alt) {
    const digit = /^Digit([1-9])$/.exec(event.code);
    return digit ? `Alt ${digit[1]}` : `Alt ${event.key.toUpperCase()}`;
  }
  if (event.ctrlKey && event.key === "Enter") return "Ctrl Enter";
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  return event.key === "Escape" ? "Esc" : event.key;
}

const typing = () => document.activeElement?.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const key = wanted(event);
  if (!key) return;
  const digit = /^Alt ([1-9])$/.exec(key);
  const done = digit ? toGesprek(digit[1]) : run(TOETSEN.find((one) => one.toets === key));
  if (done) event.preventDefault();
});

function run(entry) {
  if (!entry || (entry.enkel && typing())) return false;
  const own = { "gebied.volgend": nextRegion, sluiten: close, stand: speak, toetsen: sheet }[entry.id];
  return own ? own() : press(entry.id);
}

function toGesprek(number) {
  const chip = document.querySelector(`.strip [data-nummer="${number}"]`);
  chip?.click();
  return Boolean(chip);
}

function nextRegion() {
  const regions = [...document.querySelectorAll("[data-gebied]")].filter((one) => one.offsetParent !== null);
  if (!regions.length) return false;
  const at = regions.findIndex((one) => one.contains(document.activeElement));
  const next = regions[(at + 1) % regions.length];
  (next.querySelector("[data-gebiedfocus]") ?? next.querySelector("textarea, input, select, a[href], button") ?? next).focus();
  return true;
}

function close() {
  const open = document.querySelector("dialog[open]");
  if (open) { open.close(); return true; }
  const menu = document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); return true; }
  return document.activeElement?.closest(".dock") ? press("sluiten") : false;
}

function speak() {
  const chip = document.querySelector(".strip [aria-current]");
  if (!chip) return false;
  say(chip.dataset.voorlezen + ", " + (chip.querySelector("[data-sinds]")?.textContent ?? ""));
  return true;
}

function sheet() {
  const dialog = document.getElementById("toetsenblad");
  if (!dialog) return false;
  const list = dialog.querySelector("dl");
  if (!list.children.length) {
    for (const { titel, toets } of TOETSEN) {
      const row = document.createElement("div");
      const name = Object.assign(document.createElement("dt"), { textContent: titel });
      const key = document.createElement("dd");
      key.append(Object.assign(document.createElement("kbd"), { className: "toets", textContent: mac ? toets.replace("Alt", "Ctrl Shift") : toets }));
      row.append(name, key);
      list.append(row);
    }
  }
  dialog.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-command="toetsen"]')) sheet();
  if (event.target.closest("[data-sluit]")) event.target.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
if (mac) for (const hint of document.querySelectorAll("kbd.toets")) hint.textContent = hint.textContent.replace("Alt", "Ctrl Shift");
