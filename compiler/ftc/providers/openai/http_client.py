"""The HTTP client that the library uses: requests go to one origin only, and the size of a reply is bounded.

This holds whatever the library does, now or in a later version: every request and every reply passes here, those of a
redirect too.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import httpx2
import openai

from ftc.providers.openai.errors import BlockedTraffic

MOST = 16 * 2**20
"""The most bytes of a reply: far more than a list of jobs or the longest answer has. Parsed it may take twenty times as
much."""

_PLAIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]+)?(?:/[\w./~%@:+,=-]*)?", re.ASCII)
_LONGEST = 200
"""Characters shown of an address that is not the user's own."""


class GuardedClient(openai.DefaultHttpxClient):
    """A client for one origin. `headers` are set on every request, whatever the library has set, and headers with the
    names in `without` are removed."""

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        without: tuple[str, ...] = (),
        proxies: bool = True,
    ) -> None:
        self._allowed = _origin(httpx2.URL(address))
        self._ours, self._without = headers or {}, without
        hooks: Mapping[str, list[Any]] = {"request": [self._check_request], "response": [self._check_response]}
        super().__init__(event_hooks=hooks, trust_env=proxies)

    def _check_request(self, request: httpx2.Request) -> None:
        """Called before anything is sent, and before there is a connection to send it over."""
        if _origin(request.url) != self._allowed:
            raise BlockedTraffic("E841", _shown(request.url))
        for name in self._without:
            request.headers.pop(name, None)
        request.headers.update(self._ours)
        # A compressed reply could be a thousand times larger than it looks.
        request.headers["accept-encoding"] = "identity"

    def _check_response(self, response: httpx2.Response) -> None:
        """Called when the headers of a reply have arrived, before its body."""
        packed = response.headers.get("content-encoding", "").lower().split(",")
        if any(each.strip() not in ("", "identity") for each in packed):
            raise BlockedTraffic("E816", "it is packed, although nobody asked for that")
        # A charset may be any codec of Python, and some of them decompress.
        response.encoding = "utf-8"
        response.stream = _BoundedBody(cast(httpx2.SyncByteStream, response.stream))


class _BoundedBody(httpx2.SyncByteStream):
    """The body of a reply, which fails after `MOST` bytes."""

    def __init__(self, body: httpx2.SyncByteStream) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        for piece in self._body:
            received += len(piece)
            if received > MOST:
                raise BlockedTraffic("E816", f"it has more than {MOST // 2**20} MiB")
            yield piece

    def close(self) -> None:
        self._body.close()


def _origin(url: httpx2.URL) -> tuple[str, bytes, int | None]:
    """Scheme, host and port, with the default port where none is given."""
    return url.scheme, url.raw_host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _shown(url: httpx2.URL) -> str:
    """An address from a service, without parts that may be secret; one that is not readable is not shown."""
    place = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"
    for shown in (place + url.path, place):
        if len(shown) <= _LONGEST and _PLAIN.fullmatch(shown):
            return shown
    return "another place"
