"""The pages of the mail sink, escaped by Jinja."""

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from app.demo.post.letterbox import ADDRESS, Mail

LAYOUT = """<!doctype html>
<html lang="nl">
<head>
  <meta charset="utf-8">
  <title>{{ title }} · Post van de oefenomgeving</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="/stijl.css">
</head>
<body>
  <main>
    <h1>{{ title }}</h1>
    {% block body %}{% endblock %}
  </main>
</body>
</html>
"""

LIST = """{% extends "layout" %}{% block body %}
<p class="soft">Alle mail die KISS op deze computer verstuurt, komt hier aan. Er gaat niets naar buiten.</p>
{% if mails %}
<ul>
  {% for mail in mails %}
  <li><a href="/mail/{{ mail.number }}">{{ mail.subject }}</a>
    <span class="soft">aan {{ mail.recipients }}{% if mail.sent %} · {{ mail.sent }}{% endif %}</span></li>
  {% endfor %}
</ul>
{% else %}
<p>Er is nog geen mail. Ververs deze pagina als KISS iets heeft verstuurd.</p>
{% endif %}
{% endblock %}
"""

ONE = """{% extends "layout" %}{% block body %}
<p><a href="/">Alle mail</a></p>
<dl>
  <dt>Van</dt><dd>{{ mail.sender }}</dd>
  <dt>Aan</dt><dd>{{ mail.recipients }}</dd>
  {% if mail.sent %}<dt>Verstuurd</dt><dd>{{ mail.sent }}</dd>{% endif %}
</dl>
{% if mail.text %}<pre tabindex="0" role="region" aria-label="Tekst">{{ mail.text | linked }}</pre>{% endif %}
{% if mail.html %}
<h2>Opgemaakt</h2>
<iframe title="Opgemaakte mail" src="/mail/{{ mail.number }}/opgemaakt"
  sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe>
{% endif %}
{% if mail.links %}
<h2>Links in deze mail</h2>
<ul>{% for link in mail.links %}<li><a href="{{ link }}">{{ link }}</a></li>{% endfor %}</ul>
{% endif %}
{% endblock %}
"""

GONE = """{% extends "layout" %}{% block body %}
<p>Deze pagina bestaat niet. <a href="/">Alle mail</a></p>
{% endblock %}
"""

STYLE = """
:root {
  color-scheme: light dark;
  --panel: #ffffff; --canvas: #eef4f4; --ink: #142122; --soft: #4b5a5c; --link: #0b5d66;
}
@media (prefers-color-scheme: dark) {
  :root { --panel: #161c1d; --canvas: #0e1415; --ink: #e5ebeb; --soft: #a1adaf; --link: #7fd4de; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--ink);
  font: 0.9375rem/1.35 "Source Sans 3 Variable", "Source Sans 3", system-ui, sans-serif; }
main { max-width: 56rem; margin: 2rem auto; padding: 1.5rem; background: var(--panel); border-radius: 0.625rem; }
h1 { margin: 0 0 0.5rem; font-size: 1.5rem; } h2 { font-size: 1.0625rem; }
.soft { color: var(--soft); } a { color: var(--link); overflow-wrap: anywhere; }
a:focus-visible, pre:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
li { padding: 0.375rem 0; } li .soft { display: block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { width: 100%; height: 24rem; border: 1px solid var(--soft); border-radius: 0.375rem; background: #ffffff; }
@media (max-width: 30rem) { main { margin: 0; padding: 1rem; border-radius: 0; } }
"""


def _linked(text: str) -> Markup:
    """Addresses become links; everything, the addresses too, is escaped."""
    pieces, end = [], 0
    for match in ADDRESS.finditer(text):
        pieces += [escape(text[end : match.start()]), Markup('<a href="{0}">{0}</a>').format(match[0])]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


_PAGES = Environment(
    autoescape=True,
    undefined=StrictUndefined,
    loader=DictLoader({"layout": LAYOUT, "list": LIST, "one": ONE, "gone": GONE}),
)
_PAGES.filters["linked"] = _linked


def mail_list(mails: list[Mail]) -> str:
    return _PAGES.get_template("list").render(title="Post", mails=mails)


def one_mail(mail: Mail) -> str:
    return _PAGES.get_template("one").render(title=mail.subject, mail=mail)


def not_found() -> str:
    return _PAGES.get_template("gone").render(title="Niet gevonden")


def formatted(mail: Mail) -> str:
    """The HTML part as it came, only for the frame: its response forbids scripts, images and styles."""
    return f'<base target="_top">{mail.html}'
