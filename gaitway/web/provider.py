"""How allauth asks a provider of single sign-on: by the one door to the outside, as everything else."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import BaseAdapter

from gaitway.lib.outgoing import Budget, Door, Failed, private_hosts

BUDGET = Budget(connect=5, first=10, whole=15, bytes=2**20)
PASSED = ("accept", "authorization")  # headers that are sent on
PORTS = {"https": 443, "http": 80}


class Through(BaseAdapter):
    """A transport of requests. It goes to the address that was checked, follows nothing and knows no proxy. The issuer may
    stand in a private network, since the settings name it; where its answers lead may not, unless
    GAITWAY_PRIVATE_HOSTS says so."""

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None, verify: Any = True,
        cert: Any = None, proxies: Any = None,
    ) -> requests.Response:  # fmt: skip
        url, body = request.url or "", request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)  # type: ignore[arg-type]  # no file is sent
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() in PASSED}
        try:
            with Door(hosts=private_hosts() | issuers()).open(BUDGET) as visit:
                if request.method == "POST":
                    media_type = str(request.headers.get("Content-Type", "application/x-www-form-urlencoded"))
                    asked = visit.post(url, content, media_type, headers)
                else:
                    asked = visit.get(url, headers)
                with asked as answer:
                    if str(answer.url) != url:
                        raise Failed(f"{answer.where} is somewhere else than it says.")
                    return _as_response(request, answer.status, dict(answer.headers), answer.read())
        except Failed as error:
            raise requests.ConnectionError(str(error), request=request) from None

    def close(self) -> None:
        """Nothing stays open."""


def issuers() -> frozenset[str]:
    """Of the settings, as hosts with their ports."""
    found = set()
    for app in settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", []):
        parts = urlsplit(app["settings"]["server_url"])
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        found.add(f"{host}:{parts.port or PORTS[parts.scheme]}")
    return frozenset(found)


def _as_response(
    request: requests.PreparedRequest, status: int, headers: dict[str, str], body: bytes
) -> requests.Response:
    made = requests.Response()
    made.status_code, made.url, made.request = status, request.url or "", request
    made.headers.update(headers)
    made.headers.pop("content-encoding", None)  # it is unpacked
    made.encoding = requests.utils.get_encoding_from_headers(made.headers)
    made.raw, made.elapsed = BytesIO(body), timedelta(0)
    return made
