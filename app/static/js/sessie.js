// The session behind this page: who counts as present, when the screen locks, and going on after signing in again in a
// window of its own. The server decides; what the person does here is told it at most once a minute. All tabs of one
// browser share a session and tell each other at once.
import { anyUnsaved, saveAll } from "./bewaren.js";
import htmx, { csrf } from "./htmx.js";
import { everySecond, now } from "./klok.js";
import { stream } from "./live.js";
import { close, cover, everywhere, forget, isCovered, sayWhatIsSaved, uncover } from "./slot.js";

const RHYTHM = 65_000, SURE = 60_000, PATIENCE = 3000, LAST_SAVES = 1500, RETRY = 2000;
const meta = document.querySelector('meta[name="sessie"]');
const channel = new BroadcastChannel("kiss-sessie");
const moment = (text) => Date.parse(text ?? "") || Infinity;
const me = meta && { kenmerk: meta.content, persoon: meta.dataset.persoon, tot: moment(meta.dataset.tot), slotOp: moment(meta.dataset.slotOp) };
const rhythm = me ? Math.min(RHYTHM, (me.slotOp - now()) / 4) : RHYTHM;
let known = now(), told = now(), active = false, leaving = false, asking;

const wait = (time) => new Promise((done) => setTimeout(done, time));
const json = { Accept: "application/json" };

// Whether the server has to be asked before something leaves this page that cannot come back.
export const isDoubtful = () => Boolean(me) && (now() - known > SURE || now() >= Math.min(me.tot, me.slotOp));
export const ends = () => (me ? me.tot : Infinity);

// true: the session goes on; false: this page is locked or left; undefined: nobody answered.
export function check() {
  if (leaving) return Promise.resolve(true);
  return asking ??= ask("/sessie").finally(() => { asking = undefined; });
}

async function ask(path, options = {}) {
  let answer, state;
  try {
    answer = await fetch(path, { headers: json, signal: AbortSignal.timeout(PATIENCE), ...options });
    state = answer.ok && await answer.json();
  } catch {
    return undefined;
  }
  if (answer.status === 401) { lock(); return false; }
  if (answer.status === 403) return check(); // a form's token of before signing in again in another tab
  return state ? adopt(state) : undefined;
}

function adopt({ kenmerk, persoon, csrf: token, tot, slot_op: slotOp }) {
  if (persoon !== me.persoon) {
    leaving = true;
    forget();
    location.replace("/");
    return false;
  }
  const fresh = kenmerk !== me.kenmerk;
  // Signing in always gives another kenmerk: with the old one our own lock is still on its way there.
  if (isCovered() && !fresh) return false;
  Object.assign(me, { kenmerk, tot: moment(tot), slotOp: moment(slotOp) });
  known = now();
  if (fresh) {
    document.querySelector('meta[name="csrf"]').content = token;
    for (const field of everywhere('input[name="_csrf"]')) field.value = token;
    if (isCovered()) back();
    stream.begin();
    saveAll();
  }
  return true;
}

function back() {
  uncover();
  // What came in while nothing could be shown was thrown away.
  for (const panel of document.querySelectorAll('[data-source][data-state="laden"][hx-get]')) {
    htmx.ajax("GET", panel.getAttribute("hx-get"), { target: panel, swap: "outerHTML" });
  }
}

// Off the screen first, whatever the server says. `own`: the person wants it; then what was typed is saved before the
// session closes. Without it the server closed the session already.
async function lock({ own = false, tell = false } = {}) {
  if (isCovered()) return;
  const saving = own && saveAll();
  if (!own) close();
  cover({ suddenly: !own });
  sayWhatIsSaved({ unsaved: anyUnsaved() });
  if (tell) channel.postMessage({ soort: "slot" });
  if (own) await Promise.race([saving, wait(LAST_SAVES)]);
  close();
  sayWhatIsSaved({ unsaved: anyUnsaved() });
  stream.stop();
  while (tell && isCovered() && !await isLockedThere()) await wait(RETRY);
}

async function isLockedThere() {
  try {
    const { ok, status } = await fetch("/vergrendeling", { method: "POST", keepalive: true, headers: { ...json, "X-CSRF": csrf() } });
    return ok || status === 401 || status === 403;
  } catch {
    return false;
  }
}

async function report() {
  active = false;
  told = now();
  if (await ask("/sessie/activiteit", { method: "POST", headers: { ...json, "X-CSRF": csrf() } })) greet();
}

const greet = () => channel.postMessage({ soort: "hier", ...me });

async function due() {
  if (!asking && await check() === undefined) lock({ own: true });
}

function heard({ soort, kenmerk, persoon, slotOp }) {
  if (soort === "slot") lock({ own: true });
  else if (isCovered() || persoon !== me.persoon || kenmerk !== me.kenmerk) check();
  else me.slotOp = Math.max(me.slotOp, slotOp);
}

function begin() {
  channel.onmessage = ({ data }) => heard(data);
  document.addEventListener("kiss:sessie", async () => { if (await check() === undefined) lock({ own: true }); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && (isCovered() || isDoubtful())) check(); });
  for (const kind of ["keydown", "pointerdown", "wheel", "touchmove"]) {
    addEventListener(kind, ({ isTrusted }) => { if (isTrusted && !isCovered()) active = true; }, { capture: true, passive: true });
  }
  everySecond(() => {
    if (isCovered()) return;
    if (active && now() - told >= rhythm) report();
    else if (now() >= Math.min(me.slotOp, me.tot)) due();
  });
  greet();
}

document.addEventListener("submit", (event) => {
  leaving ||= event.target.getAttribute("action") === "/afmelden"; // this page goes; the other tabs hear it and lock
  if (!event.target.hasAttribute("data-vergrendel")) return;
  event.preventDefault();
  lock({ own: true, tell: true });
});

// A small window when the browser gives one, else a tab; never this page, which holds what was typed.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-aanmeldvenster]");
  if (link && open(link.href, link.target, "popup,width=560,height=760")) event.preventDefault();
});

// A fragment that came too late: the lock instead of it, and its place stays as it was.
document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.response.status !== 401 || !me) return;
  event.preventDefault();
  check();
});

addEventListener("beforeunload", (event) => { if (isCovered() && anyUnsaved() && !leaving) event.preventDefault(); });

if (me) begin();
if (document.querySelector('[data-gebeurde="aangemeld"]')) window.close();
