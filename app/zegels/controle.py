"""Checking one log against its seals. Pure: rows go in one by one, what is wrong comes out with its place.

A broken place says nothing of the rows behind it: each row's mark is made with a key, so a row whose mark is right is
right, and the chain goes on from its hash.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.zegels.bevinding import Bevinding, Soort
from app.zegels.keten import Hoofd, Zegelrij, begin, link, marker
from app.zegels.sleutels import Zegelsleutel

# A row may arrive this much later than its own moment says: long transactions, clocks that differ.
SPELING = timedelta(minutes=15)
MEEST = 10_000  # findings that are kept; whoever finds more has seen enough


class Controle:
    """The check of one log: `add` each row of `zegel` by number, `unsealed` each row without, `close` at the end.

    `hoofden`: rows of `zegelhoofd` by number; `elders`: heads that were kept outside this database.
    """

    def __init__(
        self,
        slug: str,
        log: str,
        sleutels: Sequence[Zegelsleutel],
        hoofden: Sequence[Hoofd],
        elders: Sequence[Hoofd] = (),
    ) -> None:
        self.slug, self.log = slug, log
        self.bevindingen: list[Bevinding] = []
        self.laat: list[Bevinding] = []  # sealed long after its moment: worth a look, no proof of anything
        self.nummer = 0
        self.ongezegeld = 0
        self._hash: bytes | None = begin(slug, log)
        self._markers = [marker(sleutel, log) for sleutel in sleutels]
        self._known = {sleutel.openbaar for sleutel in sleutels}
        self._broken_heads: set[int] = set()
        self._hoofden = list(hoofden)
        self._gaps = False
        self._at = 0  # the head that covers the next row
        self._laat_voor: datetime | None = None  # a row with an earlier moment came late
        self._oldest: tuple[datetime, UUID] | None = None  # of the rows without a seal that may still get one
        self._check_heads()
        self._elders = {hoofd.nummer: hoofd for hoofd in elders if self._trusted_elsewhere(hoofd)}
        self._mark = self._markers[0]
        self._stops = sorted({head.nummer for head in self._hoofden} | self._elders.keys())
        self._stop_at = self._next_stop(0)

    @property
    def in_orde(self) -> bool:
        return not self.bevindingen

    def add(self, rij: Zegelrij) -> None:
        """The next row of `zegel`."""
        if self._whole(rij):
            self.nummer, self._hash = rij.nummer, rij.hash
            return
        if rij.nummer < 1:
            self._found(Soort.INGEVOEGD, rij.nummer, rij.rij_id)
            return
        if rij.nummer > self.nummer + 1:
            self._found(Soort.ZEGEL_WEG, self.nummer + 1, tot_nummer=rij.nummer - 1)
            self._pass_head(rij.nummer - 1, whole=False)
            self._hash, self._gaps = None, True
        self.nummer = rij.nummer
        soort = self._judge(rij)
        if soort:
            self._found(soort, rij.nummer, rij.rij_id)
        elif rij.moment and self._laat_voor and rij.moment < self._laat_voor:
            self.laat.append(Bevinding(self.log, Soort.INGEVOEGD, rij.nummer, rij.rij_id))
        self._pass_head(rij.nummer, whole=soort is None)
        self._stop_at = self._next_stop(rij.nummer)

    def unsealed(self, rij_id: UUID, moment: datetime) -> None:
        """A row of the log that has no seal (yet). Call after the last `add`."""
        self.ongezegeld += 1
        if self._laat_voor and moment < self._laat_voor:
            lost = self._gaps or self._promised() > self.nummer
            self._found(Soort.ZONDER_ZEGEL if lost else Soort.INGEVOEGD, None, rij_id)
        else:
            self._oldest = min(self._oldest or (moment, rij_id), (moment, rij_id))

    def close(self, *, laatste_zegel: int, laatste_hoofd: int, nu: datetime) -> None:
        """The end. The two last numbers are read in one moment, and belong together."""
        if self._oldest and self._oldest[0] < nu - SPELING:
            self._found(Soort.WACHT, None, self._oldest[1])
        if self._promised() > self.nummer:
            self._found(Soort.AFGEKAPT, self.nummer + 1, tot_nummer=self._promised())
        elif laatste_zegel > laatste_hoofd and not any(one.nummer == laatste_zegel for one in self.bevindingen):
            self._found(Soort.HOOFD_WEG, laatste_zegel)

    def _whole(self, rij: Zegelrij) -> bool:
        """The way of nearly every row: it follows, is what was sealed, under our newest key, and no head is near."""
        nummer, regel, before = rij.nummer, rij.regel, self._hash
        return (
            nummer == self.nummer + 1
            and before is not None
            and regel is not None
            and nummer < self._stop_at
            and link(before, nummer, regel) == rij.hash
            and self._mark(nummer, rij.hash, regel) == rij.merk
            and (self._laat_voor is None or rij.moment is None or rij.moment >= self._laat_voor)
        )

    def _promised(self) -> int:
        """Up to which number heads say that there are seals."""
        return max((head.nummer for head in (*self._hoofden, *self._elders.values())), default=0)

    def _judge(self, rij: Zegelrij) -> Soort | None:
        """What is wrong with one row, or None; and the hash from which the next one goes on, when it is known."""
        if rij.regel is None:
            self._hash = None
            return Soort.VERWIJDERD
        expected = link(self._hash, rij.nummer, rij.regel) if self._hash is not None else None
        marked = self._marked(rij, rij.hash)
        if marked and expected in (rij.hash, None):
            self._hash = rij.hash
            return None
        if self._retired():  # the key is gone, so the marks say nothing; the chain and later heads still do
            self._hash = rij.hash
            return None if expected in (rij.hash, None) else Soort.GEWIJZIGD
        if expected == rij.hash:
            self._hash = expected
            return Soort.HERREKEND
        if expected is not None and self._marked(rij, expected):
            self._hash = expected
            return Soort.ZEGEL_GEWIJZIGD
        self._hash = rij.hash if marked else None
        return Soort.GEWIJZIGD

    def _marked(self, rij: Zegelrij, hash_: bytes) -> bool:
        return any(mark(rij.nummer, hash_, rij.regel or b"") == rij.merk for mark in self._markers)

    def _retired(self) -> bool:
        """Whether the row stands under a head that holds, of a key that this installation no longer has."""
        head = self._hoofden[self._at] if self._at < len(self._hoofden) else None
        return head is not None and head.sleutel not in self._known and head.nummer not in self._broken_heads

    def _pass_head(self, nummer: int, *, whole: bool) -> None:
        """Compare with the heads that stand at this number. `whole`: the row itself is in order."""
        elsewhere = self._elders.get(nummer)
        if elsewhere and whole and elsewhere.hash != self._hash:
            self._found(Soort.HOOFD_ELDERS, nummer)
        while self._at < len(self._hoofden) and self._hoofden[self._at].nummer <= nummer:
            head = self._hoofden[self._at]
            self._at += 1
            if head.nummer in self._broken_heads:
                continue
            self._laat_voor = head.dekt_tot - SPELING
            if whole and head.nummer == nummer and head.hash != self._hash:
                self._found(Soort.HOOFD_GEWIJZIGD, nummer)

    def _check_heads(self) -> None:
        """A head holds when our key signed it, or when a head that holds and comes after it names it."""
        heads, behind = self._hoofden, None
        for index in reversed(range(len(heads))):
            head, before = heads[index], heads[index - 1] if index else None
            vouched = behind is not None and behind.vorige == head.fingerprint(self.slug)
            if not head.is_signed(self.slug) or not (head.sleutel in self._known or vouched):
                self._broken_heads.add(head.nummer)
                behind = None
                continue
            behind = head
            if head.vorige_nummer > (before.nummer if before else 0):
                self._found(Soort.HOOFD_WEG, head.vorige_nummer)
        for nummer in sorted(self._broken_heads):
            self._found(Soort.HOOFD_GEWIJZIGD, nummer)

    def _next_stop(self, nummer: int) -> int:
        """The next number after this one at which a head stands, here or outside; far away when there is none."""
        at = bisect_right(self._stops, nummer)
        return self._stops[at] if at < len(self._stops) else 2**63

    def _trusted_elsewhere(self, head: Hoofd) -> bool:
        """A head from outside counts when our key signed it, or when the very same one stands here."""
        trusted = head.log == self.log and head.is_signed(self.slug)
        return trusted and (head.sleutel in self._known or head in self._hoofden)

    def _found(
        self, soort: Soort, nummer: int | None, rij_id: UUID | None = None, *, tot_nummer: int | None = None
    ) -> None:
        last = self.bevindingen[-1] if self.bevindingen else None
        run = last and soort is Soort.HERREKEND is last.soort and nummer == (last.tot_nummer or last.nummer or 0) + 1
        if run and last:  # everything behind a chain that was written again is the same finding
            self.bevindingen[-1] = Bevinding(self.log, soort, last.nummer, last.rij_id, nummer)
        elif len(self.bevindingen) < MEEST:
            self.bevindingen.append(Bevinding(self.log, soort, nummer, rij_id, tot_nummer))
