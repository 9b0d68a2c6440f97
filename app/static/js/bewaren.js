// Every field of a gesprek saves itself: 400 ms after the last key, at the latest 1 s after the first unsaved one,
// on leaving the field and on hiding the page. One request per field at a time; what fails is tried again for as
// long as the page is open. Text stays in memory only, never in the browser's storage.
import { csrf } from "./htmx.js";
import { everySecond } from "./klok.js";
import { isClosed, isCovered } from "./slot.js";
import { say } from "./spraak.js";

const PAUSE = 400, LATEST = 1000, SLOW = 1000, FIRST_RETRY = 500, LONGEST_RETRY = 8000;
const fields = new Set();

class KissVeld extends HTMLElement {
  connectedCallback() {
    if (this.input) return; // put back from behind the lock: everything is as it was
    this.input = this.querySelector("input, textarea, select");
    this.state = document.getElementById(this.dataset.melding);
    this.version = Number(this.dataset.versie);
    this.saved = this.input.value;
    this.retry = FIRST_RETRY;
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("change", () => this.save());
    this.input.addEventListener("blur", () => this.save());
    fields.add(this);
  }

  disconnectedCallback() {
    if (isCovered()) return;
    this.save({ leaving: true });
    fields.delete(this);
  }

  get dirty() { return this.input.value !== this.saved; }

  changed() {
    this.count();
    this.firstUnsaved ??= performance.now();
    clearTimeout(this.timer);
    const left = LATEST - (performance.now() - this.firstUnsaved);
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, left)));
  }

  count() {
    const counter = this.querySelector("[data-teller]");
    if (counter) counter.textContent = this.input.value.length.toLocaleString("nl-NL");
  }

  save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (!this.dirty || this.conflicted || isClosed()) return Promise.resolve();
    if (this.busy && !leaving) return this.busy.then(() => this.save());
    this.busy = this.attempt(leaving);
    return this.busy;
  }

  async attempt(leaving) {
    const sent = this.input.value;
    const slow = setTimeout(() => this.show("bewaren", "Bewaren…"), SLOW);
    try {
      await this.answer(await this.send(sent, leaving), sent);
    } catch {
      this.failed();
    } finally {
      clearTimeout(slow);
      this.busy = undefined;
    }
    if (this.dirty && !this.failing && !this.conflicted) this.changed();
  }

  send(value, leaving) {
    const body = new URLSearchParams({ veld: this.dataset.veld, waarde: value, versie: this.version, _csrf: csrf() });
    return fetch(this.dataset.pad, {
      method: "POST", body, keepalive: leaving, headers: { Accept: "application/json" },
      signal: leaving ? undefined : AbortSignal.timeout(10000),
    });
  }

  async answer(response, sent) {
    const body = await response.json();
    if (response.ok) return this.done(body, sent);
    if (response.status === 409 && "van_ander" in body) return this.conflict(body);
    if (response.status === 401 || response.status === 403) {
      this.refused("Meld u opnieuw aan. Uw tekst staat hier nog.");
      document.dispatchEvent(new CustomEvent("kiss:sessie"));
      return;
    }
    if (response.status === 400 || response.status === 409) return this.refused(body.detail);
    throw new Error(String(response.status));
  }

  done(body, sent) {
    this.saved = sent;
    this.version = body.versie;
    this.retry = FIRST_RETRY;
    this.firstUnsaved = this.dirty ? performance.now() : undefined;
    if (this.failing) say(`Bewaard ${body.bewaard_om}`);
    this.failing = undefined;
    this.lastSaved = body.bewaard_om;
    this.show("bewaard", `Bewaard ${body.bewaard_om}`);
  }

  failed() {
    if (!this.failing) say("Niet bewaard. Typ gewoon door.", { now: true });
    this.failing ??= performance.now();
    this.tick();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), this.retry);
    this.retry = Math.min(this.retry * 2, LONGEST_RETRY);
  }

  refused(sentence) {
    this.show("niet-bewaard", sentence);
    say(sentence, { now: true });
    this.saved = undefined;
    this.failing = undefined;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), LONGEST_RETRY);
  }

  tick() {
    if (!this.failing) return;
    const seconds = Math.floor((performance.now() - this.failing) / 1000);
    this.show("niet-bewaard", `Niet bewaard, al ${seconds} s. Typ gewoon door`);
  }

  show(state, text) {
    if (!this.state) return;
    this.state.dataset.state = state;
    this.state.querySelector("span").textContent = text;
    const icon = { bewaard: "cloud-check", bewaren: "cloud-up" }[state] ?? "cloud-off";
    const use = this.state.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  }

  conflict(body) {
    this.conflicted = true;
    this.show("conflict", "Kies welke tekst blijft");
    const panel = document.getElementById("conflict").content.firstElementChild.cloneNode(true);
    panel.querySelector("[data-wie]").textContent = body.door || "Iemand anders";
    panel.querySelector("[data-om]").textContent = body.om;
    panel.querySelector("[data-mijn]").textContent = this.input.value;
    panel.querySelector("[data-ander]").textContent = body.van_ander;
    const keep = (text) => {
      this.conflicted = false;
      this.version = body.versie;
      this.input.value = text;
      this.saved = body.van_ander;
      panel.remove();
      this.show("bewaard", `Bewaard ${body.om}`);
      this.input.focus();
      this.changed();
    };
    panel.querySelector('[data-kies="beide"]').onclick = () => keep(`${body.van_ander}\n\n${this.input.value}`);
    panel.querySelector('[data-kies="mijn"]').onclick = () => keep(this.input.value);
    panel.querySelector('[data-kies="ander"]').onclick = () => keep(body.van_ander);
    this.append(panel);
    say("Deze tekst is ergens anders veranderd. Kies wat blijft.", { now: true });
  }
}
customElements.define("kiss-veld", KissVeld);
everySecond(() => fields.forEach((field) => field.tick()));

export const saveAll = (options) => Promise.all([...fields].map((field) => field.save(options)));
export const anyUnsaved = () => [...fields].some((field) => field.dirty);

addEventListener("pagehide", () => { for (const field of fields) field.save({ leaving: true }); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const field of fields) field.save({ leaving: true });
});
