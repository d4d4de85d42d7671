"""The HTTP client that the library asks with: all goes to the one origin that is asked, and no reply is endless.

Both hold for whatever the library does, now or in a later version: every request and every reply passes here, those of
a redirect too.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import httpx2
import openai

from ftc.providers.openai.errors import Refused

MOST = 16 * 2**20
"""Bytes of one reply: far more than a list of jobs or the longest answer has. What is made of them may take twenty
times as much."""

_PLAIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]+)?(?:/[\w./~%@:+,=-]*)?", re.ASCII)
_LONGEST = 200
"""Characters of an address that are shown, where it is not the user's own."""


class Client(openai.DefaultHttpxClient):
    """A client that asks one origin alone. `headers` are set on every request, whatever the library has put there, and
    the headers of the names `without` are left out."""

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        without: tuple[str, ...] = (),
        proxies: bool = True,
    ) -> None:
        self._asked = _origin(httpx2.URL(address))
        self._ours, self._without = headers or {}, without
        hooks: Mapping[str, list[Any]] = {"request": [self._let_out], "response": [self._let_in]}
        super().__init__(event_hooks=hooks, trust_env=proxies)

    def _let_out(self, request: httpx2.Request) -> None:
        """Called before anything is sent, and before there is a connection to send it over."""
        if _origin(request.url) != self._asked:
            raise Refused("E841", _shown(request.url))
        for name in self._without:
            request.headers.pop(name, None)
        request.headers.update(self._ours)
        # What is packed could be a thousand times larger than what comes.
        request.headers["accept-encoding"] = "identity"

    def _let_in(self, response: httpx2.Response) -> None:
        """Called when the head of a reply is there, before its body."""
        packed = response.headers.get("content-encoding", "").lower().split(",")
        if any(each.strip() not in ("", "identity") for each in packed):
            raise Refused("E816", "it is packed, although nobody asked for that")
        # A charset may be any codec that Python has, and some of them unpack.
        response.encoding = "utf-8"
        response.stream = _Counted(cast(httpx2.SyncByteStream, response.stream))


class _Counted(httpx2.SyncByteStream):
    """A body that ends after `MOST` bytes, at the latest."""

    def __init__(self, body: httpx2.SyncByteStream) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        came = 0
        for piece in self._body:
            came += len(piece)
            if came > MOST:
                raise Refused("E816", f"it has more than {MOST // 2**20} MiB")
            yield piece

    def close(self) -> None:
        self._body.close()


def _origin(url: httpx2.URL) -> tuple[str, bytes, int | None]:
    """Scheme, host and port, which is the same whether it is written or usual."""
    return url.scheme, url.raw_host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _shown(url: httpx2.URL) -> str:
    """An address that a service named, without what may be secret in it; what is none that can be read is not shown."""
    place = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"
    for shown in (place + url.path, place):
        if len(shown) <= _LONGEST and _PLAIN.fullmatch(shown):
            return shown
    return "another place"
