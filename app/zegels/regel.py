"""One row of a log as bytes: every column, always the same for the same row, with the version in front.

MessagePack of a fixed list (https://github.com/msgpack/msgpack/blob/master/spec.md, shortest form): ids and keyed
hashes as bytes, moments as whole microseconds since 1970, JSON as text with sorted keys. Nothing is decrypted: of a
citizen only the keyed hash is covered, so erasing who it was, or the key, leaves every seal whole.

A new column means a new version beside the old ones; rows that were sealed keep theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.zegels.models import Log

NIEUWSTE = 1
# The columns of each version, in the order in which they are encoded.
KOLOMMEN: Mapping[tuple[str, int], tuple[str, ...]] = {
    (Log.AUDIT, 1): (
        "id", "moment", "handeling", "object_soort", "object_id", "medewerker_id", "uitkomst", "gegevens",
    ),
    (Log.VERWERKING, 1): (
        "id", "moment", "trace_id", "medewerker_id", "gesprek_id", "activiteit", "doel", "grondslag", "bron",
        "uitkomst", "subject_soort", "subject_hmac", "velden",
    ),
}  # fmt: skip
ONLEESBAAR = b"\xc1"  # a byte that MessagePack never uses: a row that can't be read is no row that was sealed

_pack = msgspec.msgpack.Encoder().encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def encoded(log: str, versie: int, row: Sequence[Any]) -> bytes:
    """The bytes of one row, its values in the order of `KOLOMMEN`; JSON comes as the text that PostgreSQL gives.

    Never raises: a version that does not exist, or a value that cannot be read, gives `ONLEESBAAR`.
    """
    encode = _ENCODERS.get((log, versie))
    try:
        return encode(row) if encode else ONLEESBAAR
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return ONLEESBAAR


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def _audit(row: Sequence[Any]) -> bytes:
    rij_id, moment, handeling, soort, object_id, medewerker, uitkomst, gegevens = row
    return _pack(
        (1, rij_id.bytes, micros(moment), handeling, soort, object_id, _id(medewerker), uitkomst, _json(gegevens))
    )


def _verwerking(row: Sequence[Any]) -> bytes:
    rij_id, moment, trace_id, medewerker, gesprek, *rest = row
    return _pack((1, rij_id.bytes, micros(moment), trace_id, _id(medewerker), _id(gesprek), *rest))


def _id(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _json(text: str) -> str:
    """Sorted keys, no spaces; numbers digit for digit, since 0.10 and 0.1 are different rows."""
    read = json.loads(text, parse_int=_digits, parse_float=_digits)
    return json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _digits(number: str) -> str:
    return "\x00" + number  # text in JSONB never holds this character, so no text looks like a number


_ENCODERS: Mapping[tuple[str, int], Callable[[Sequence[Any]], bytes]] = {
    (Log.AUDIT, 1): _audit,
    (Log.VERWERKING, 1): _verwerking,
}
