// Everything off the screen, and back as it was. Behind the lock the page is not in the document but in this tab's
// memory: no name, no value of a field, no title is left for who looks at the screen or at its elements.
let kept;
let closed = false;

export const isCovered = () => Boolean(kept);
// Whether saving is of no use: the session behind this page rests. Right after covering the last saves still leave.
export const isClosed = () => closed;
export const close = () => { closed = true; };

export function cover() {
  const { content, dataset } = document.getElementById("slot");
  const screen = content.firstElementChild.cloneNode(true);
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  const focus = document.activeElement;
  const scrolled = [...document.querySelectorAll("*")].filter((one) => one.scrollTop || one.scrollLeft)
    .map((one) => [one, one.scrollLeft, one.scrollTop]);
  const marks = { ...document.body.dataset };
  clocks(screen);
  kept = { page: document.createDocumentFragment(), title: document.title, focus, scrolled, marks };
  kept.page.append(...document.body.childNodes);
  for (const name of Object.keys(marks)) delete document.body.dataset[name];
  document.title = dataset.titel;
  document.body.append(screen);
  scrollTo(0, 0);
  sayWhatIsSaved();
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

export function sayWhatIsSaved() {
  const sentence = document.querySelector("[data-slotzin]");
  if (!sentence || !kept) return;
  const states = everywhere(".bewaard");
  const waits = states.some((one) => ["niet-bewaard", "bewaren", "conflict"].includes(one.dataset.state));
  const moments = states.map((one) => one.dataset.state === "bewaard" && /[\d:]{8}/.exec(one.textContent)?.[0]).filter(Boolean);
  if (waits) sentence.textContent = "Meld u opnieuw aan. Wat u het laatst typte, staat hier nog en wordt daarna bewaard.";
  else if (moments.length) sentence.textContent = `Meld u opnieuw aan. Alles wat u typte is bewaard om ${moments.sort().at(-1)}.`;
}
