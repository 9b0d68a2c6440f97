"""What is wrong with a page as text: HTML that a strict parser refuses, and names that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import html5lib

from tests.journey.pagecheck import strict

FIELDS = {"input", "select", "textarea"}
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for", "form", "hx-target", "href")
WRAPPED = '<!doctype html><html lang="nl"><head><title>x – Deventer</title></head><body><h1>x</h1>{}</body></html>'


def wrapped(fragment: str) -> str:
    """A panel as a page; the h1 is the page's."""
    return WRAPPED.format(fragment)


def faults(html: str, *, title_end: str = "– Deventer", elsewhere: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every sentence is a defect. `elsewhere`: ids that the page around a panel has."""
    if fault := strict(html):
        yield fault
        return
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    everything = list(tree.iter())
    elements = [one for one in everything if isinstance(one.tag, str)]
    yield from _page(tree, elements, title_end)
    yield from _ids(elements, elsewhere)
    yield from _labels(elements)
    yield from _forms(elements)


def _page(tree: Element, elements: list[Element], title_end: str) -> Iterator[str]:
    if tree.get("lang") != "nl":
        yield "html has no lang=nl"
    title = "".join(tree.findtext(".//title") or "").strip()
    if not title.endswith(title_end) or len(title) <= len(title_end):
        yield f"title {title!r} does not say the page and end in {title_end!r}"
    waiting = {one for template in tree.iter("template") for one in template.iter()}  # shown instead of the page
    h1 = [one for one in elements if one.tag == "h1" and one not in waiting]
    if len(h1) != 1 or not _text(h1[0]):
        yield f"{len(h1)} h1: {[_text(one) for one in h1]}"


def _ids(elements: list[Element], elsewhere: frozenset[str]) -> Iterator[str]:
    ids = [one.get("id", "") for one in elements if "id" in one.attrib]
    yield from (f"id {name!r} stands {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1)
    known = set(ids) | elsewhere
    for one in elements:
        for attribute in REFERENCES:
            for name in _referred(attribute, one.get(attribute, "")):
                if name not in known:
                    yield f'<{one.tag} {attribute}="{one.get(attribute)}">: no id {name!r}'


def _referred(attribute: str, value: str) -> list[str]:
    if attribute == "href":
        return [value[1:]] if value.startswith("#") and len(value) > 1 else []
    if attribute == "hx-target":
        return [value[1:]] if re.fullmatch(r"#[\w-]+", value) else []
    return value.split()


def _labels(elements: list[Element]) -> Iterator[str]:
    pointed = {one.get("for") for one in elements if one.tag == "label" and _text(one)}
    inside = {field for label in elements if label.tag == "label" and _text(label) for field in label.iter()}
    for one in elements:
        if one.tag not in FIELDS or one.get("type") == "hidden":
            continue
        if one.get("id") in pointed or one in inside or one.get("aria-label") or one.get("aria-labelledby"):
            continue
        yield f"<{one.tag} name={one.get('name')!r}> has no label"


def _forms(elements: list[Element]) -> Iterator[str]:
    for form in elements:
        if form.tag != "form" or form.get("method", "get").lower() != "post":
            continue
        tokens = [one for one in form.iter("input") if one.get("name") == "_csrf" and one.get("value")]
        if len(tokens) != 1:
            yield f"post form to {form.get('action')} has {len(tokens)} _csrf"


def ids_of(html: str) -> frozenset[str]:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return frozenset(one.get("id", "") for one in tree.iter() if "id" in one.attrib)


def _text(element: Element) -> str:
    return " ".join(ElementTree.tostring(element, encoding="unicode", method="text").split())
