"""Loopback: what names this very machine, where plain http is allowed because nothing travels."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, is this machine."""
    name = host.rstrip(".")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
