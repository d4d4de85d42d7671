"""A connection to a service: the client of the library with its key, and requests that are retried."""

import os
import re
from collections.abc import Callable
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, TypeVar

from ftc.providers import is_loopback, refuse_plain_http
from ftc.providers.openai import keys
from ftc.providers.openai.errors import Operation, translate_error
from ftc.providers.openai.retries import Gate, RetryPolicy, TransientError, with_retries
from ftc.providers.provider import ProviderError
from ftc.providers.services import Service

if TYPE_CHECKING:
    import openai

Answer = TypeVar("Answer")


LONGEST = 2000
"""The most characters of an address."""

_ADDRESS = re.compile(
    r"https?://(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[\w-]{1,63}(?:\.[\w-]{1,63})*\.?))(?::(?P<port>\d{1,5}))?(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)
"""An address that every parser reads the same way: no name or password before the host, no unusual characters."""


class Connection:
    """A service at an address. ProviderError where there is no key, or it may not be sent there: over `http` it could
    be read on the way, so without `insecure` it is only sent to this machine."""

    def __init__(self, service: Service, base_url: str, policy: RetryPolicy, *, insecure: bool = False) -> None:
        self.name, self.variable = service.name, service.key
        self.address = _checked_address(base_url)
        refuse_plain_http(self.name, self.address, key=service.key is not None, insecure=insecure)
        self.policy = policy
        self._service = service
        self._key = keys.key(service.name, service.key)
        self._gate = Gate()
        self._reached = False

    def ask(self, operation: Operation, request: "Callable[[openai.OpenAI], Answer]") -> Answer:
        """The answer to a request, retried while that is useful; ProviderError where there is none."""
        return with_retries(
            lambda: self.once(operation, request), self.name, self.policy, self._gate, lambda: self._reached
        )

    def once(self, operation: Operation, request: "Callable[[openai.OpenAI], Answer]") -> Answer:
        """The answer to a request, sent once: ProviderError, or TransientError where a retry may help."""
        client = self.client
        try:
            answer = request(client)
        except Exception as error:
            failure = translate_error(error, operation, self)
            if failure is None:
                raise
        else:
            self._reached = True
            return answer
        self._reached |= not (isinstance(failure, TransientError) and failure.unreached)
        # Raised outside of the handler, so that it has no context: the original error knows what was sent.
        raise failure

    def redact_answer(self, text: str) -> str:
        """The answer of a model, with the key replaced where it occurs in full; the rest is left as it is."""
        value = self._key.get_secret_value()
        return text if self._key is keys.NO_KEY else text.replace(value, keys.HIDDEN)

    def split_safe(self, text: str) -> tuple[str, str]:
        """The same, split into what is safe to show and an end that may turn out to be the beginning of the key."""
        text, value = self.redact_answer(text), self._key.get_secret_value()
        if self._key is keys.NO_KEY:
            return text, ""
        longest = min(len(value) - 1, len(text))
        kept = next((size for size in range(longest, 0, -1) if value.startswith(text[-size:])), 0)
        return text[: len(text) - kept], text[len(text) - kept :]

    def redact(self, text: str) -> str:
        """A message of a service, without the key."""
        return keys.redact(text, self._key)

    @cached_property
    def client(self) -> "openai.OpenAI":
        import openai

        from ftc.providers.openai import http_client

        key = self._key.get_secret_value()
        ours: dict[str, str] = {}
        if self.name == "azure":
            # Azure's v1 API takes either header; a company's gateway in front of it often requires this one.
            ours["api-key"] = key
        # The library sends these headers to every service, although they are meant for OpenAI or a gateway to it.
        foreign = () if self.name == "openai" else _header_names(os.environ.get("OPENAI_CUSTOM_HEADERS", ""))
        if foreign:
            ours["authorization"] = f"Bearer {key}"
        client = openai.OpenAI(
            api_key=key,
            base_url=self.address,
            max_retries=0,
            timeout=openai.Timeout(
                self.policy.timeout, connect=self.policy.connect
            ),  # A request to this machine must not leave it through a proxy.
            http_client=http_client.GuardedClient(
                self.address, headers=ours, without=foreign, proxies=not is_loopback(self.address)
            ),
        )
        if self.address != self._service.base_url or self.name != "openai":
            # The library reads these from the environment; they are meant for OpenAI alone.
            client.organization = client.project = None
        return client


def _header_names(headers: str) -> tuple[str, ...]:
    """The names of the headers in lines `NAME: VALUE`."""
    return tuple(line.partition(":")[0].strip() for line in headers.split("\n") if ":" in line)


def _checked_address(base_url: str) -> str:
    """The address, if requests can be sent to it and it may be written to files: job files and recorded answers have
    it.

    It must have one plain form, so that the host that is checked here is the one that the library connects to.
    """
    if len(base_url) > LONGEST or not all("!" <= each <= "~" and each != "\\" for each in base_url):
        raise ProviderError("E817", what="The address", reason="it has characters that no address has")
    if "@" in re.split("[/?#]", base_url.partition("://")[2], maxsplit=1)[0]:
        # Not shown in full.
        raise ProviderError("E817", what="The address", reason="it holds a name or password, and it is written down")
    if not base_url.lower().startswith(("http://", "https://")):
        raise ProviderError("E817", what=f"The address {base_url}", reason="it does not start with http:// or https://")
    found = _ADDRESS.fullmatch(base_url)
    if found is None or int(found["port"] or 1) not in range(1, 65536) or not _is_host(found["name"], found["six"]):
        raise ProviderError("E817", what="The address", reason="it names no host, or a port that there is not")
    return base_url


def _is_host(name: str | None, six: str | None) -> bool:
    """Whether a host is valid: four numbers must be an address."""
    try:
        if six is not None:
            IPv6Address(six)
        elif name is not None and re.fullmatch(r"[\d.]+", name) and name.count(".") == 3:
            IPv4Address(name)
    except ValueError:
        return False
    return True
