"""A real Chromium that tells what ran, what its policy stopped, and what stands in the page that is not ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Page

from tests.attacks.injectie.oordeel import WORDS, ours
from tests.attacks.injectie.proefteksten import MERK

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 320, "height": 640}
# Whatever runs says so; what the policy stops says so too. Before any script of the page.
WATCH = """
window.__kiss_xss = (...what) => window.__kiss_said('ran: ' + what);
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = () => window.__kiss_said('ran: ' + name);
addEventListener('securitypolicyviolation', e => window.__kiss_said(
  `policy: ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));
"""
_JUDGE = r"""([tags, names, words, merk]) => {
  const pictures = /^\/(logo|favicon)\/[0-9a-f]{32}\.(svg|png)$|^\/static\/merk-[0-9A-F]{8}\.svg$/;
  const wrong = [], own = new Set(tags), given = new Set(names), says = new Set(words);
  const look = (root) => {
    for (const e of root.querySelectorAll('*')) {
      const picture = e.localName === 'img' && pictures.test(new URL(e.src, location.href).pathname);
      if (!own.has(e.localName) && !picture) wrong.push(`<${e.localName}>`);
      for (const a of e.attributes) {
        if (/^(on|style$|srcdoc$|hx-)/.test(a.name) && !given.has(a.name)) wrong.push(`<${e.localName} ${a.name}>`);
        if (a.value.includes(merk) && !says.has(a.name)) wrong.push(`<${e.localName} ${a.name}> holds words`);
        if (/^(href|src|action|formaction|hx-get|hx-post|data-pad)$/.test(a.name)) {
          const to = new URL(a.value, location.href);
          if (!/^https?:$/.test(to.protocol)) wrong.push(`<${e.localName} ${a.name}=${a.value.slice(0, 60)}>`);
        }
      }
      if (e.localName === 'script' && !(e.src && new URL(e.src).pathname.startsWith('/static/')))
        wrong.push('<script> inside');
      if (e.localName === 'template') look(e.content);
    }
  };
  look(document);
  const remarks = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
  while (remarks.nextNode()) wrong.push(`<!--${remarks.currentNode.data.slice(0, 40)}-->`);
  const count = (what) => document.querySelectorAll(what).length;
  if (count('main') !== 1) wrong.push(`${count('main')} main`);
  if (count('h1') !== 1) wrong.push(`${count('h1')} h1`);
  if (count('body > .aanmelden') === 0) {
    const bars = count('header.bar:not(.galerij__voorbeeld *)'); // the gallery shows bars as examples
    if (bars !== 1) wrong.push(`${bars} bars`);
    for (const part of ['#spraak', '#spraak-nu', '#toetsenblad'])
      if (document.querySelector(part)?.parentElement !== document.body) wrong.push(`${part} is not where it was`);
  }
  if (count('dialog[open]')) wrong.push('an open dialog');
  if (count('[id=inhoud]') + count('[id=werkvlak]') > 1) wrong.push('inhoud twice');
  const box = document.querySelector('main').getBoundingClientRect();
  if (box.width < 100 || box.height < 20) wrong.push('main is gone');
  return wrong;
}"""
# The deepest texts that stick out, but for what lies in a region with a scroll of its own.
_TOO_WIDE = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] : ['a page', ...
  [...document.querySelectorAll('body *')].filter(e => {
    for (let p = e; p !== document.body; p = p.parentElement)
      if (p !== document.scrollingElement && getComputedStyle(p).overflowX !== 'visible') return false;
    const own = [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim());
    if (!e.children.length && e.getBoundingClientRect().right > innerWidth + 1) return true;
    return own.some(n => { const r = document.createRange(); r.selectNodeContents(n);
      return r.getBoundingClientRect().right > innerWidth + 1; });
  }).slice(0, 30)
    .map(e => `${e.parentElement.className} > ${e.localName}.${e.className} ${e.textContent.trim().slice(0, 40)}`)]"""
_TEXT = """() => [...document.querySelectorAll('body, textarea, input')].map(e =>
  e === document.body ? e.textContent : e.value).join('\\n') + document.title"""


@dataclass
class Screen:
    """One tab; `found` grows with whatever is wrong, each with where it was."""

    page: Page
    url: str
    found: list[str] = field(default_factory=list)
    judged: int = 0

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def judge(self, where: str) -> str:
        """Looks at the page as it stands, wide and narrow. Gives all its text, fields and title included."""
        tags, names = ours()
        sent = [sorted(tags), sorted(names), sorted(WORDS | {"data-wie"}), MERK]
        self.note(where, await self.page.evaluate(_JUDGE, sent))
        if len(self.page.frames) != 1:
            self.note(where, [f"{len(self.page.frames)} frames"])
        await self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        self.note(where, [f"too wide at 320: {one}" for one in await self.page.evaluate(_TOO_WIDE)])
        await self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        self.note(where, [f"too wide at 1440: {one}" for one in await self.page.evaluate(_TOO_WIDE)])
        self.judged += 1
        return str(await self.page.evaluate(_TEXT))

    def note(self, where: str, problems: list[str]) -> None:
        self.found += [f"{where}: {one}" for one in problems]


def shown(texts: list[str], page: str) -> list[str]:
    """Those of the texts that do not stand in the page as they were sent, but for spaces and a first capital."""
    flat = _flat(page)
    return [text for text in texts if _flat(text)[1:] not in flat]


def _flat(text: str) -> str:
    return " ".join(text.replace("\\x0b", " ").split())


async def screen(context: BrowserContext, url: str, cookie: str) -> Screen:
    """A tab of somebody who is signed in; an empty cookie is nobody."""
    made: list[Screen] = []
    if cookie:
        secure = url.replace("http://", "https://")
        given: Any = {"name": "__Host-sid", "value": cookie, "url": secure, "secure": True, "httpOnly": True}
        await context.add_cookies([given | {"sameSite": "Lax"}])
    page = await context.new_page()
    tab = Screen(page, url)
    made.append(tab)
    await page.expose_function("__kiss_said", lambda said: tab.note(page.url, [str(said)]))
    await page.add_init_script(WATCH)

    async def dialog(one: Dialog) -> None:
        tab.note(page.url, [f"dialog {one.type}: {one.message}"])
        await one.dismiss()

    def console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            tab.note(page.url, [message.text])

    page.on("dialog", dialog)
    page.on("console", console)
    page.on("pageerror", lambda error: tab.note(page.url, [f"error: {error}"]))
    return tab
