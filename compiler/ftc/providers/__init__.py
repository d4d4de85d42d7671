"""The providers by name, and what each can do. Libraries are imported when a provider is used."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from ftc.providers import services
from ftc.providers.provider import Ability, Capabilities, Provider, ProviderError

__all__ = ["NAMES", "capabilities", "default_base_url", "is_loopback", "provider", "refuse_plain_http", "takes_key"]

NAMES = ("local", *services.SERVICES)
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def capabilities(name: str) -> Capabilities:
    """What a provider can do; ProviderError where there is none of this name."""
    if name == "local":
        from ftc.providers.local.capabilities import CAPABILITIES

        return CAPABILITIES
    if name not in services.SERVICES:
        raise ProviderError("E801", name=name, known=list(NAMES))
    return services.SERVICES[name].capabilities


def default_base_url(name: str) -> str | None:
    """The default address of a provider; None where it has no address, or every customer their own."""
    return services.SERVICES[name].base_url if name in services.SERVICES else None


def takes_key(name: str) -> bool:
    """Whether a provider needs a key."""
    return name in services.SERVICES and services.SERVICES[name].key is not None


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or any(ip_address(host) in each for each in _LOOPBACK)
    except ValueError:
        # The name of a host, or no address at all.
        return False


def refuse_plain_http(name: str, address: str, *, key: bool, insecure: bool) -> None:
    """ProviderError where a key would be sent over http to another machine: anyone on the way could read it."""
    if key and not insecure and address.lower().startswith("http://") and not is_loopback(address):
        # Not the whole address, which may hold a password.
        raise ProviderError("E842", name=name, host=address[7:].split("/")[0].rpartition("@")[2])


def provider(name: str, base_url: str | None = None, *, ability: Ability = "chat", insecure: bool = False) -> Provider:
    """The provider of a name, which must have an ability. `base_url` is the address of a service, if not its default;
    `insecure` lets its key go over http to another machine."""
    declared = capabilities(name)
    if ability not in declared.abilities:
        able = [each for each in NAMES if ability in capabilities(each).abilities]
        raise ProviderError("E802", name=name, ability=services.ABILITY_NAMES[ability], able=able)
    if name == "local":
        from ftc.providers.local import Local

        if base_url is not None:
            raise ProviderError("E803", name=name)
        return Local()
    from ftc.providers.openai import OpenAI

    return OpenAI(services.SERVICES[name], base_url, insecure=insecure)
