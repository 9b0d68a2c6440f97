"""The only place that calls other systems: `Outbound`, inside `async with deadline(...)`; end with `close_all()`."""

from app.http.deadline import BACKGROUND, PAGE, deadline
from app.http.guard import AddressRefused, Destination, destination
from app.http.outbound import Answer, Outbound
from app.http.pool import close_all
from app.http.transport import Resolver, Tls, resolve

__all__ = [
    "BACKGROUND",
    "PAGE",
    "AddressRefused",
    "Answer",
    "Destination",
    "Outbound",
    "Resolver",
    "Tls",
    "close_all",
    "deadline",
    "destination",
    "resolve",
]
