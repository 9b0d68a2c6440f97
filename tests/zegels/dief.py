"""A thief with write access to every table and without the key: one random tampering, and where it must be found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.zegels.bevinding import Bevinding
from app.zegels.keten import Hoofd, begin, link, marker
from app.zegels.regel import KOLOMMEN, NIEUWSTE
from app.zegels.sleutels import _derived
from tests.zegels.boek import Boek, Z

Place = int | UUID
THIEF = b"thief's own key, not the platform"


@dataclass
class Tampering:
    """What was done to a book. Each of `must` holds places of which one is found; nothing outside `may` is."""

    what: str
    boek: Boek
    must: list[set[Place]]
    may: set[Place] = field(default_factory=set)

    def missed(self, found: list[Bevinding]) -> str | None:
        """Why the findings are not good enough, or None."""
        places: set[Place] = set()
        for one in found:
            if one.nummer is None and one.rij_id:
                places.add(one.rij_id)
            elif one.nummer is not None:
                last = one.tot_nummer or one.nummer
                whole_run = one.soort not in ("herrekend", "afgekapt") and last - one.nummer < 1_000
                places |= set(range(one.nummer, last + 1)) if whole_run else {one.nummer, last}
        allowed = self.may.union(*self.must)
        said = [(one.soort.value, one.nummer, one.tot_nummer, str(one.rij_id)) for one in found]
        if any(not group & places for group in self.must):
            return f"{self.what}: not found at {self.must}; said {said}"
        if places - allowed:
            return f"{self.what}: also accused {places - allowed}; said {said}"
        return None


def other_value(value: Any, choose: random.Random, *, name: str) -> Any:
    """A value of the same kind that is not the same."""
    if name == "gegevens":
        read = json.loads(value)
        read[choose.choice(["velden", "getal", "nieuw"])] = choose.choice([0.25, 7, "x", [], None, True])
        return json.dumps(read) if read != json.loads(value) else json.dumps({"a": 1})
    if value is None:
        return choose.randbytes(32) if name == "subject_hmac" else "bsn" if name == "subject_soort" else uuid4()
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, bytes):
        at = choose.randrange(len(value))
        return value[:at] + bytes([value[at] ^ (1 << choose.randrange(8))]) + value[at + 1 :]
    if isinstance(value, datetime):
        return value + timedelta(microseconds=choose.choice([-1, 1, 1_000_000, -3_600_000_000]))
    if isinstance(value, int):
        return value + choose.choice([-1, 1, 7])
    at = choose.randrange(len(value))
    return value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]


def flip_row(boek: Boek, choose: random.Random) -> Tampering:
    zegel = choose.choice(boek.zegels)
    names = KOLOMMEN[boek.log, NIEUWSTE]
    at = choose.randrange(len(names))
    row = list(boek.regels.pop(zegel.rij_id))
    row[at] = other_value(row[at], choose, name=names[at])
    boek.regels[row[0]] = tuple(row)
    return Tampering(f"flip {names[at]}", boek, [{zegel.nummer}], {row[0]} if at == 0 else set())


def delete_row(boek: Boek, choose: random.Random) -> Tampering:
    zegel = choose.choice(boek.zegels)
    del boek.regels[zegel.rij_id]
    return Tampering("delete row", boek, [{zegel.nummer}])


def insert_row(boek: Boek, choose: random.Random) -> Tampering:
    """A line about the past that nobody wrote then."""
    rij_id, like = uuid4(), boek.regels[choose.choice(boek.zegels).rij_id]
    boek.regels[rij_id] = (rij_id, like[1] + timedelta(seconds=choose.randrange(60)), *like[2:])
    return Tampering("insert row", boek, [{rij_id}])


def swap_rows(boek: Boek, choose: random.Random) -> Tampering:
    one, two = choose.sample(boek.zegels, 2)
    a, b = boek.regels[one.rij_id], boek.regels[two.rij_id]
    boek.regels[one.rij_id], boek.regels[two.rij_id] = (a[0], *b[1:]), (b[0], *a[1:])
    return Tampering("swap rows", boek, [{one.nummer}, {two.nummer}])


def swap_seals(boek: Boek, choose: random.Random) -> Tampering:
    i, j = choose.sample(range(len(boek.zegels)), 2)
    one, two = boek.zegels[i], boek.zegels[j]
    boek.zegels[i], boek.zegels[j] = replace(two, nummer=one.nummer), replace(one, nummer=two.nummer)
    return Tampering("swap seals", boek, [{one.nummer}, {two.nummer}])


def truncate(boek: Boek, choose: random.Random) -> Tampering:
    """The end, with or without the rows and the heads that go with it."""
    first = choose.randrange(len(boek.zegels))
    cut, what = boek.zegels[first:], choose.choice(["rows", "seals", "seals, heads", "all", "rows, seals"])
    ids = {zegel.rij_id for zegel in cut}
    if what in ("rows", "all", "rows, seals"):
        for rij_id in ids:
            del boek.regels[rij_id]
    if what == "rows":
        return Tampering("truncate rows", boek, [{zegel.nummer} for zegel in cut])
    del boek.zegels[first:]
    must: list[set[Place]] = [{first + 1}]
    may: set[Place] = {*ids, len(boek.zegels) + len(cut)}
    if what in ("seals, heads", "all"):
        boek.hoofden = [head for head in boek.hoofden if head.nummer <= first]
        if boek.zegels:
            boek.zegels = boek.zegels[: boek.hoofden[-1].nummer] if boek.hoofden else []
            ids |= {zegel.rij_id for zegel in cut}
            first = len(boek.zegels)
            must = [{first + 1}]
            kept = {zegel.rij_id for zegel in boek.zegels}
            may |= boek.regels.keys() - kept
            if what == "all":
                boek.regels = {rij_id: row for rij_id, row in boek.regels.items() if rij_id in kept}
        if what == "seals, heads" and choose.random() < 0.5:
            boek.elders = []  # nobody kept a head: the rows that are left without seal say it
            left = boek.regels.keys() - {zegel.rij_id for zegel in boek.zegels}
            must, may = [set(left)], set(left)
    return Tampering(f"truncate {what}", boek, must, may)


def flip_seal(boek: Boek, choose: random.Random) -> Tampering:
    at = choose.randrange(len(boek.zegels))
    zegel, name = boek.zegels[at], choose.choice(["nummer", "rij_id", "versie", "hash", "merk", "log"])
    if name == "log":  # moved to the other log: gone from this one
        del boek.zegels[at]
        return Tampering("seal to other log", boek, [{zegel.nummer}], {zegel.rij_id})
    if name == "nummer":
        new = len(boek.zegels) + choose.choice([1, 5, 10**15]) if choose.random() < 0.7 else -choose.randrange(3)
        boek.zegels[at] = replace(zegel, nummer=new)
        far = {new - 1, *range(len(boek.zegels) + 1, min(new, 1_000))}
        return Tampering("flip nummer of seal", boek, [{zegel.nummer}, {new}], far)
    boek.zegels[at] = replace(zegel, **{name: other_value(getattr(zegel, name), choose, name=name)})
    return Tampering(f"flip {name} of seal", boek, [{zegel.nummer}], {zegel.rij_id})


def flip_head(boek: Boek, choose: random.Random) -> Tampering:
    at = choose.randrange(len(boek.hoofden))
    head, name = boek.hoofden[at], choose.choice([*Hoofd.__slots__, "gone"])
    if name in ("log", "gone"):
        del boek.hoofden[at]
        return Tampering("head gone", boek, [{head.nummer}])
    new = other_value(getattr(head, name), choose, name=name)
    boek.hoofden[at] = replace(head, **{name: new})
    places: set[Place] = {head.nummer, boek.hoofden[at].nummer}
    return Tampering(f"flip {name} of head", boek, [places], {len(boek.zegels) + 1, boek.hoofden[at].nummer})


def rewrite(boek: Boek, choose: random.Random) -> Tampering:
    """Change a row and compute the chain anew from there, marks and heads with a key of one's own or left alone."""
    first = choose.randrange(len(boek.zegels))
    zegel = boek.zegels[first]
    row = list(boek.regels[zegel.rij_id])
    row[-5] = other_value(row[-5], choose, name="object_soort, bron")
    boek.regels[zegel.rij_id] = tuple(row)
    return _rewritten(boek, first, choose, "rewrite")


def slip_in(boek: Boek, choose: random.Random) -> Tampering:
    """A row with a seal of its own between the others, and the chain computed anew from there."""
    first = choose.randrange(len(boek.zegels))
    rij_id, like = uuid4(), boek.regels[boek.zegels[first].rij_id]
    boek.regels[rij_id] = (rij_id, *like[1:])
    seal = Z(first + 1, rij_id, NIEUWSTE, b"\x00" * 32, choose.randbytes(16))
    later = [replace(one, nummer=one.nummer + 1) for one in boek.zegels[first:]]
    boek.zegels[first:] = [seal, *later]
    return _rewritten(boek, first, choose, "slip in")


def _rewritten(boek: Boek, first: int, choose: random.Random, what: str) -> Tampering:
    own, how = _derived(THIEF, boek.tenant.slug), choose.choice(["marks left", "own marks", "own marks and heads"])
    mark = marker(own, boek.log)
    hash_ = boek.zegels[first - 1].hash if first else begin(boek.tenant.slug, boek.log)
    for at in range(first, len(boek.zegels)):
        zegel = boek.zegels[at]
        regel = boek.regel(zegel)
        hash_ = link(hash_, zegel.nummer, regel)
        merk = zegel.merk if how == "marks left" else mark(zegel.nummer, hash_, regel)
        boek.zegels[at] = replace(zegel, hash=hash_, merk=merk)
    last, behind = len(boek.zegels), set(range(first + 1, len(boek.zegels) + 1))
    if how == "own marks and heads":
        by_number = {zegel.nummer: zegel.hash for zegel in boek.zegels}
        before: Hoofd | None = None
        for at, head in enumerate(boek.hoofden):
            if head.nummer > first:
                vorige = before.fingerprint(boek.tenant.slug) if before else head.vorige
                made = replace(head, hash=by_number[head.nummer], sleutel=own.openbaar, vorige=vorige)
                head = replace(made, handtekening=made.signed_by(own, boek.tenant.slug))
                boek.hoofden[at] = head
            before = head
    return Tampering(f"{what}, {how}", boek, [{first + 1}], behind | {last})


KINDS: tuple[Callable[[Boek, random.Random], Tampering], ...] = (
    flip_row,
    flip_row,
    delete_row,
    insert_row,
    swap_rows,
    swap_seals,
    truncate,
    flip_seal,
    flip_head,
    rewrite,
    slip_in,
)


def tamper(boek: Boek, choose: random.Random) -> Tampering:
    """One random tampering with a copy of the book."""
    return choose.choice(KINDS)(boek.copy(), choose)
