"""Sends what a Python client asks of https://SHOP.myshopify.com to the embedded store at STORE_URL.

Python runs a module of this name before anything else when its folder is on PYTHONPATH.
"""

import os
import urllib.request
from urllib.parse import urlsplit

import requests

_send = requests.Session.send


def _redirected(session, request, **options):
    host = urlsplit(request.url).hostname or ""
    if host.endswith(".myshopify.com"):
        path = request.url.partition(host)[2]
        request.headers["X-Forwarded-Host"] = host
        request.url = os.environ["STORE_URL"] + path
    return _send(session, request, **options)


requests.Session.send = _redirected
_urlopen = urllib.request.urlopen


def _opened(target, *arguments, **options):
    request = urllib.request.Request(target) if isinstance(target, str) else target
    if (request.host or "").endswith(".myshopify.com"):
        request.add_header("X-Forwarded-Host", request.host)
        request.full_url = os.environ["STORE_URL"] + request.selector
    return _urlopen(request, *arguments, **options)


urllib.request.urlopen = _opened
