"""What a person at the terminal sees while things start: a line per step, with seconds."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType


class Progress:
    """Writes to standard output; a terminal that was closed is no reason to fail."""

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Tell after one second that this step is going on, and at the end how long it took."""
        began = time.monotonic()
        with _after_a_second(lambda: self.say(f"  {title} …")):
            yield
        seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
        self.say(f"  {title}: {seconds} s")

    def say(self, text: str) -> None:
        with contextlib.suppress(OSError):
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()


@contextlib.contextmanager
def _after_a_second(tell: Callable[[], None]) -> Iterator[None]:
    # A timer of the system rather than a thread: children may only be forked from a process without threads.
    def on_alarm(number: int, frame: FrameType | None) -> None:
        tell()

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
