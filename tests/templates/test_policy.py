"""Nothing in the pages that the Content-Security-Policy would refuse, or that turns text of people into code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.templates.tree import File, bites, files, holds

REFUSED = {
    "a style attribute": re.compile(r"""\bstyle\s*=\s*["'{]|\.style\.|setAttribute\(["']style"""),
    "a data: URI": re.compile(r"""["'(=\s]data:[a-z]+/|["'(]data:,"""),
    "hx-on: code in an attribute": re.compile(r"\bhx-on\b"),
    "a js: value": re.compile(r"""["'{\s]js:|=["']?\s*javascript:|["'(]\s*javascript:"""),
    "a condition in hx-trigger: code in an attribute": re.compile(r"""hx-trigger\s*=\s*(["'])(?:(?!\1).)*\[""", re.S),
    "an event handler as attribute": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']""", re.S),
    "a <style> element": re.compile(r"<style\b", re.I),
    "eval": re.compile(r"\beval\(|\bnew Function\(|\binnerHTML\b(?!\")|insertAdjacentHTML|document\.write\("),
    "text that is not escaped": re.compile(r"\|\s*safe\b|\bMarkup\(|\|\s*tojson\b.*\|\s*safe|autoescape\s+false"),
}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S | re.I)


def policy(file: File) -> Iterator[str]:
    for what, pattern in REFUSED.items():
        for found in pattern.finditer(_without_swaps(file.text)):
            yield f"{what}: {found[0].strip()!r}"


def _without_swaps(text: str) -> str:
    """Where an answer of the server goes: a word for htmx, and a <template> in which live.js reads a chip."""
    return re.sub(r"""hx-swap="innerHTML"|swap: "innerHTML"|\bmade\.innerHTML = html\b""", "", text)


def no_inline_script(file: File) -> Iterator[str]:
    for attributes, body in SCRIPT.findall(file.text):
        if "src=" not in attributes or body.strip():
            yield f"a script that stands in the page: <script{attributes}>"


def test_policy() -> None:
    holds(policy, files(".html", ".js", ".css", ".svg"))


def test_no_inline_script() -> None:
    holds(no_inline_script, files(".html", ".svg"))


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<p style={{ kleur }}>",
        "element.style.color = 1",
        '<img src="data:image/png;base64,AA">',
        "a { background: url(data:image/svg+xml,x) }",
        '<b hx-on:click="weg()">',
        """<b hx-vals='js:{a: 1}'>""",
        '<a href="javascript:weg()">',
        """<b hx-trigger="keyup[key=='Enter']">""",
        '<b hx-get="/" hx-trigger="click, load[ja]">',
        '<button onclick="weg()">',
        "<STYLE>a{}</STYLE>",
        "eval(text)",
        "panel.innerHTML = text",
        "panel.insertAdjacentHTML('beforeend', text)",
        "{{ notitie | safe }}",
        "{{ notitie|safe }}",
        "{{ Markup(notitie) }}",
        "{% autoescape false %}",
    ],
)
def test_policy_bites(bad: str) -> None:
    bites(policy, bad, "app/templates/x.html")


@pytest.mark.parametrize(
    "bad", ["<script>x()</script>", '<script src="/a.js">x()</script>', "<script\n>\n1</script>"]
)
def test_inline_script_bites(bad: str) -> None:
    bites(no_inline_script, bad, "app/templates/x.html")
