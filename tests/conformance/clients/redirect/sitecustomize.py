"""Sends what a Python client asks of https://SHOP.myshopify.com to the embedded store at STORE_URL.

Python runs a module of this name before anything else when its folder is on PYTHONPATH.
"""

import os
from typing import Any
from unittest.mock import patch
from urllib import request as plain
from urllib.parse import urlsplit

import requests

_ENDING = ".myshopify.com"
_send, _urlopen = requests.Session.send, plain.urlopen


def _sent(session: requests.Session, asked: requests.PreparedRequest, **options: Any) -> requests.Response:
    url = urlsplit(asked.url or "")
    if str(url.hostname).endswith(_ENDING):
        asked.headers["X-Forwarded-Host"] = str(url.hostname)
        asked.url = os.environ["STORE_URL"] + url._replace(scheme="", netloc="").geturl()
    return _send(session, asked, **options)


def _opened(target: Any, *arguments: Any, **options: Any) -> Any:
    asked = plain.Request(target) if isinstance(target, str) else target
    if str(asked.host).endswith(_ENDING):
        asked.add_header("X-Forwarded-Host", asked.host)
        asked.full_url = os.environ["STORE_URL"] + asked.selector
    return _urlopen(asked, *arguments, **options)


patch.object(requests.Session, "send", _sent).start()
patch.object(plain, "urlopen", _opened).start()
