"""From what the HTTP client raises to the failures of ports.py, with a sentence without personal data."""

from __future__ import annotations

import email.utils
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

import httpcore2
import httpx2

from app import klok
from app.connectors.ports import Misconfigured, Unavailable
from app.http.breaker import Breaker
from app.http.guard import AddressRefused

_REPEAT = frozenset({429, 502, 503, 504})


class MayRepeat(Unavailable):
    """Unavailable in a way that another attempt may mend, when the call is safe to repeat."""


class Verdict:
    """What one exchange says about the other side; `None` as long as it says nothing."""

    healthy: bool | None = None

    def tell(self, breaker: Breaker) -> None:
        if self.healthy is None:
            breaker.unknown()
        elif self.healthy:
            breaker.succeeded()
        else:
            breaker.failed()


@contextmanager
def readable(naam: str, verdict: Verdict) -> Iterator[None]:
    """Turns the client's exceptions into ours. Causes are cut off: they may carry a URL."""
    try:
        yield
    except AddressRefused as problem:
        raise Misconfigured(problem.zin, reden="adres-geweigerd") from None
    except (httpcore2.LocalProtocolError, httpx2.InvalidURL, UnicodeEncodeError):
        raise Misconfigured(f"De instellingen van {naam} bevatten een teken dat niet mag.", reden="teken") from None
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as problem:
        if _certificate(problem):
            raise Misconfigured(f"Het certificaat van {naam} klopt niet.", reden="certificaat") from None
        verdict.healthy = False
        raise MayRepeat(f"{naam} is niet bereikbaar.", reden="geen-verbinding") from None
    except httpcore2.TimeoutException:
        verdict.healthy = False
        raise Unavailable(f"{naam} antwoordt niet op tijd.", reden="te-traag") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.HTTPError, OSError):
        verdict.healthy = False
        raise MayRepeat(f"{naam} verbrak de verbinding.", reden="afgebroken") from None


def judge(naam: str, status: int, retry_after: str | None, verdict: Verdict) -> None:
    """Statuses that mean the same everywhere; returns for those a connector has to read itself."""
    verdict.healthy = status < 500
    if status < 200 or 300 <= status < 400:
        raise Misconfigured(f"{naam} verwijst door naar een ander adres. Controleer het adres.", reden=str(status))
    if status in (401, 403):
        raise Misconfigured(f"{naam} weigert onze sleutel of onze rechten.", reden=str(status))
    if status >= 500 or status in (408, 425, 429):
        kind = MayRepeat if status in _REPEAT else Unavailable
        raise kind(f"{naam} heeft een storing of is te druk.", reden=str(status), retry_after=_seconds(retry_after))


def _seconds(retry_after: str | None) -> float | None:
    """Seconds from `Retry-After` (RFC 9110 10.2.3): a number or a date. Nonsense counts as absent."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - klok.now()).total_seconds(), 0.0)


def _certificate(problem: BaseException | None) -> bool:
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False
