"""Calls over HTTP: bounded in time and size, made again where that may help, quiet about what addresses hold."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from tieout.core.errors import TieoutError
from tieout.fetching.bills import TransientError

if TYPE_CHECKING:
    import httpx

# What landing takes; a bill over it has to be asked for in parts.
MAX_BYTES = 2 * 1024**3
_MAX_ANSWER = 1 << 20
_CHUNK = 1 << 16
_ATTEMPTS = 4
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 120.0
_ADDRESS = re.compile(r"\w+://\S+")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]
Progress = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What a platform answered: status, headers (any case) and the body as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Web:
    """A client for one platform. Proxies and certificates come from the environment, as httpx reads it."""

    def __init__(self, client: "httpx.Client", clock: Clock, limit: int) -> None:
        """Use `open_web`."""
        self._client, self._clock, self.limit = client, clock, limit

    def ask(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None) -> Answer:
        """Make a call with a short answer. Raises TransientError where it failed in a way that may pass."""
        with self._calling(url), self._client.stream(method, url, headers=headers, data=form) as response:
            return self._read(response)

    def save(self, url: str, headers: Mapping[str, str], target: Path, follow: bool = False) -> Answer | None:
        """Write a body to a file as it comes and give None; give the answer where it is not 200.

        Raises TransientError also where the connection ends before the body does, TieoutError where it is too large.
        """
        with self._calling(url), self._client.stream("GET", url, headers=headers, follow_redirects=follow) as response:
            if response.status_code != 200:
                return self._read(response)
            written = 0
            with target.open("wb") as file:
                for chunk in response.iter_bytes(_CHUNK):
                    written += len(chunk)
                    if written > self.limit:
                        raise TieoutError(
                            f"{_place(url)} sends more than {self.limit} bytes: fetch it by hand, in parts."
                        )
                    file.write(chunk)
            return None

    def _read(self, response: "httpx.Response") -> Answer:
        content = b""
        for chunk in response.iter_bytes(_CHUNK):
            content += chunk
            if len(content) > _MAX_ANSWER:
                raise TieoutError(
                    f"{_place(str(response.url))} answers more than {_MAX_ANSWER} bytes, which is no answer."
                )
        answer = Answer(response.status_code, response.headers, content)
        if answer.status == 429 or answer.status >= 500:
            words = " ".join(content.decode("utf-8", "replace").split())[:200]
            raise TransientError(
                f"{_place(str(response.url))} answers {answer.status} {words}".rstrip(),
                self._to_wait(response.headers.get("Retry-After")),
            )
        return answer

    def _to_wait(self, stated: str | None) -> float | None:
        # RFC 9110, 10.2.3: seconds, or a date.
        if stated is None:
            return None
        if stated.strip().isdigit():
            return float(stated)
        try:
            return max(0.0, (parsedate_to_datetime(stated) - self._clock()).total_seconds())
        except (ValueError, TypeError):
            return None

    @contextmanager
    def _calling(self, url: str) -> Iterator[None]:
        import httpx

        try:
            yield
        except httpx.TooManyRedirects:
            raise TieoutError(f"{_place(url)} leads from one address to the next without an end: report it.") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise TieoutError(f"{_place(url)} is no address that can be called: correct it.") from None
        except httpx.HTTPError as error:
            # The library's words may quote an address, and with it its token or a proxy's password.
            words = _ADDRESS.sub("…", str(error))
            raise TransientError(f"{_place(url)}: {type(error).__name__} {words}".rstrip()) from None


@contextmanager
def open_web(clock: Clock) -> Iterator[Web]:
    """Open a client; every address it calls, redirections too, has to be https (or loopback)."""
    import httpx

    # At its info level the library writes every address, and with it signatures and download tokens, into the log.
    logger = logging.getLogger("httpx")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.WARNING)

    def refuse_plain(request: "httpx.Request") -> None:
        if not is_protected(str(request.url)):
            raise TieoutError(f"{_place(str(request.url))} is not https: nothing is fetched over it.")

    with httpx.Client(
        timeout=httpx.Timeout(60.0, connect=15.0),
        max_redirects=3,
        headers={"User-Agent": "tieout", "Accept-Encoding": "identity"},
        event_hooks={"request": [refuse_plain]},
    ) as client:
        yield Web(client, clock, MAX_BYTES)


def persevere(attempt: Callable[[], T], sleep: Sleep, say: Progress) -> T:
    """Make an attempt until it does not fail transiently: at most four times, waiting 1, 2 and 4 seconds.

    What the platform asks to wait wins; if that is over two minutes nobody waits. Raises TieoutError in the end.
    """
    for number in range(1, _ATTEMPTS + 1):
        try:
            return attempt()
        except TransientError as error:
            wait = _FIRST_WAIT * 2 ** (number - 1) if error.wait is None else error.wait
            if number == _ATTEMPTS or wait > _LONGEST_WAIT:
                asked = f", and asks to wait {error.wait:.0f} seconds" if error.wait else ""
                raise TieoutError(f"{error} (tried {number} times{asked}): try again later.") from error
            say(f"{error}: trying again in {wait:.0f} seconds")
            sleep(wait)
    raise AssertionError("the last attempt returns or raises")


def is_protected(url: str) -> bool:
    """Whether an address is https, or on this machine, where tests listen."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        return False


def _place(url: str) -> str:
    """Name an address without its query, which may hold a token."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"
