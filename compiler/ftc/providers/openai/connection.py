"""A service that is being asked: the client of the library with a key, and asking until there is an answer or none."""

import os
import re
from collections.abc import Callable
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, TypeVar

from ftc.providers import guard, is_here
from ftc.providers.openai import keys
from ftc.providers.openai.errors import Asked, said_of
from ftc.providers.openai.retries import Gate, Passing, Patience, patiently
from ftc.providers.provider import ProviderError
from ftc.providers.services import Service

if TYPE_CHECKING:
    import openai

Answer = TypeVar("Answer")


LONGEST = 2000
"""Characters of an address."""

_ADDRESS = re.compile(
    r"https?://(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[\w-]{1,63}(?:\.[\w-]{1,63})*\.?))(?::(?P<port>\d{1,5}))?(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)
"""An address that every parser reads alike: no name or password before the host, nothing odd in it."""


class Connection:
    """A service at an address. ProviderError where there is no key, or none may be sent there: over `http` it could be
    read on the way, so that goes to this machine alone, or with `insecure`."""

    def __init__(self, service: Service, base_url: str, patience: Patience, *, insecure: bool = False) -> None:
        self.name, self.variable = service.name, service.key
        self.address = _fit(base_url)
        guard(self.name, self.address, key=service.key is not None, insecure=insecure)
        self.patience = patience
        self._service = service
        self._key = keys.key(service.name, service.key)
        self._gate = Gate()
        self._reached = False

    def ask(self, asked: Asked, question: "Callable[[openai.OpenAI], Answer]") -> Answer:
        """The answer, asked for again while that is of use; ProviderError where there is none."""
        return patiently(
            lambda: self.once(asked, question), self.name, self.patience, self._gate, lambda: self._reached
        )

    def once(self, asked: Asked, question: "Callable[[openai.OpenAI], Answer]") -> Answer:
        """The answer, asked for once: ProviderError, or Passing where it may be had a moment later."""
        client = self.client
        try:
            answer = question(client)
        except Exception as error:
            told = said_of(error, asked, self)
            if told is None:
                raise
        else:
            self._reached = True
            return answer
        self._reached |= not (isinstance(told, Passing) and told.unreached)
        # Raised here, so that it holds on to nothing of what led to it: that knows what was sent.
        raise told

    def hidden_whole(self, text: str) -> str:
        """What a model answers, without the key; the answer's own words are left as they are."""
        value = self._key.get_secret_value()
        return text if self._key is keys.NO_KEY else text.replace(value, keys.HIDDEN)

    def parted(self, text: str) -> tuple[str, str]:
        """The same, parted in what is sure and an end that may turn out to be the beginning of the key."""
        text, value = self.hidden_whole(text), self._key.get_secret_value()
        if self._key is keys.NO_KEY:
            return text, ""
        longest = min(len(value) - 1, len(text))
        kept = next((size for size in range(longest, 0, -1) if value.startswith(text[-size:])), 0)
        return text[: len(text) - kept], text[len(text) - kept :]

    def hidden(self, text: str) -> str:
        """What a service says, without the key."""
        return keys.without(text, self._key)

    @cached_property
    def client(self) -> "openai.OpenAI":
        import openai

        from ftc.providers.openai import wire

        key = self._key.get_secret_value()
        ours: dict[str, str] = {}
        if self.name == "azure":
            # Azure's v1 API takes either header; what stands before it in a company often wants its own.
            ours["api-key"] = key
        # The library sends what this names to every service, and it is meant for OpenAI, or for what stands before it.
        foreign = () if self.name == "openai" else _named(os.environ.get("OPENAI_CUSTOM_HEADERS", ""))
        if foreign:
            ours["authorization"] = f"Bearer {key}"
        client = openai.OpenAI(
            api_key=key,
            base_url=self.address,
            max_retries=0,
            timeout=openai.Timeout(self.patience.timeout, connect=self.patience.connect),
            # What is sent to this machine does not leave it on its way through a proxy.
            http_client=wire.Client(self.address, headers=ours, without=foreign, proxies=not is_here(self.address)),
        )
        if self.address != self._service.base_url or self.name != "openai":
            # The library reads these from the environment; they are OpenAI's own, and nobody else's business.
            client.organization = client.project = None
        return client


def _named(headers: str) -> tuple[str, ...]:
    """The names of headers that stand in lines `NAME: VALUE`."""
    return tuple(line.partition(":")[0].strip() for line in headers.split("\n") if ":" in line)


def _fit(base_url: str) -> str:
    """An address that can be asked, and written down: it goes into job files and recorded answers.

    It is held to one plain form, so that the host that is looked at here is the one that the library connects to.
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
    """Whether a host may be one: four numbers are an address, and each has its bounds."""
    try:
        if six is not None:
            IPv6Address(six)
        elif name is not None and re.fullmatch(r"[\d.]+", name) and name.count(".") == 3:
            IPv4Address(name)
    except ValueError:
        return False
    return True
