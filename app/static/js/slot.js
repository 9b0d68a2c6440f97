// Everything off the screen, and back as it was. Behind the lock the page is not in the document but in this tab's
// memory: no name, no value of a field, no title is left for who looks at the screen or at its elements.
const STOPS = 2000; // a pause of two seconds: whoever typed has seen the lock
let kept;
let closed = false;

export const isCovered = () => Boolean(kept);
// Whether saving is of no use: the session behind this page rests. Right after covering the last saves still leave.
export const isClosed = () => closed;
export const close = () => { closed = true; };

// `suddenly`: the person did not ask for it, and may be typing on with the eyes on something else.
export function cover({ suddenly = false } = {}) {
  const { content, dataset } = document.getElementById("slot");
  const screen = content.firstElementChild.cloneNode(true);
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  const focus = document.activeElement;
  const scrolled = [...document.querySelectorAll("*")].filter((one) => one.scrollTop || one.scrollLeft)
    .map((one) => [one, one.scrollLeft, one.scrollTop]);
  const marks = { ...document.body.dataset };
  clocks(screen);
  const typing = suddenly && focus.matches("textarea, input[type=text], input:not([type])") ? performance.now() + STOPS : 0;
  kept = { page: document.createDocumentFragment(), title: document.title, focus, scrolled, marks, typing };
  kept.page.append(...document.body.childNodes);
  for (const name of Object.keys(marks)) delete document.body.dataset[name];
  document.title = dataset.titel;
  document.body.append(screen);
  scrollTo(0, 0);
  screen.querySelector("[data-aanmeldvenster]").focus();
}

export function uncover() {
  const { page, title, focus, scrolled, marks } = kept;
  document.body.replaceChildren(page);
  Object.assign(document.body.dataset, marks);
  document.title = title;
  kept = undefined;
  closed = false;
  focus?.focus({ preventScroll: true });
  for (const [one, left, top] of scrolled) one.scrollTo(left, top);
}

// Somebody else works here now: nothing of the former page may come back.
export function forget() {
  closed = true;
  if (!kept) cover();
  kept.page.replaceChildren();
}

// The elements of the page, on the screen or behind the lock.
export const everywhere = (selector) => [...(kept?.page ?? document).querySelectorAll(selector)];

// How long each gesprek has been open, by number: a caller may still be on the line.
function clocks(screen) {
  const list = screen.querySelector("ul");
  for (const clock of document.querySelectorAll(".strip [data-sinds]")) {
    const number = clock.closest("[data-nummer]")?.dataset.nummer ?? list.children.length + 1;
    const time = Object.assign(document.createElement("span"), { textContent: clock.textContent });
    time.dataset.sinds = clock.dataset.sinds;
    const row = document.createElement("li");
    row.append(`Gesprek ${number}`, time);
    list.append(row);
  }
  list.hidden = !list.children.length;
}

export function sayWhatIsSaved({ unsaved }) {
  const sentence = document.querySelector("[data-slotzin]");
  if (!sentence || !kept) return;
  const moments = everywhere('.bewaard[data-state="bewaard"]').map((one) => /[\d:]{8}/.exec(one.textContent)?.[0]).filter(Boolean);
  if (unsaved) sentence.textContent = "Meld u opnieuw aan. Wat u het laatst typte, staat hier nog en wordt daarna bewaard.";
  else if (moments.length) sentence.textContent = `Meld u opnieuw aan. Alles wat u typte is bewaard om ${moments.sort().at(-1)}.`;
}

// What is typed on goes where it was meant to go: into the field behind the lock.
document.addEventListener("keydown", (event) => {
  if (!kept || performance.now() > kept.typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const { focus: field } = kept, { key } = event;
  const text = key.length === 1 ? key : key === "Enter" && field.matches("textarea") ? "\n" : undefined;
  if (text === undefined && key !== "Backspace") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  kept.typing = performance.now() + STOPS;
  const { selectionStart: start, selectionEnd: end, maxLength: most } = field;
  if (text && (most < 0 || field.value.length - (end - start) < most)) field.setRangeText(text, start, end, "end");
  if (!text) field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
  sayWhatIsSaved({ unsaved: true });
}, true);
