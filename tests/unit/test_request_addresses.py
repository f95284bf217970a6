"""An address of a request is the one that httpx would make, byte for byte, and is parsed once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pasqal_client import AsyncPasqalClient, PasqalClient

BASES = (
    "http://127.0.0.1:8000",
    "https://apis.example.eu/core-fast/",
    "https://apis.example.eu:443/a%20b/ü",
    "http://[::1]:8000/core",
)
PATHS = (
    "/",
    "/api/v2/jobs",
    "/api/v1/devices/a%2Fb%20c%25/queue",
    "/api/v2/jobs/ä b/../x:y",
    "/api/v2/jobs/100%/;=&+,@[]",
)
PARAMS: tuple[Any, ...] = (
    None,
    {},
    {"limit": 100, "offset": 0, "order_by": "created_at"},
    {"tag": ["a b", "a+b", "100%", "%41", "é€😀", "[x]", "", "a&b=c", "#?/"]},
    {"q": "", "errors": True, "none": None, "x[]": "1"},
)


def built(client: httpx.Client | httpx.AsyncClient, url: Any, params: Any) -> tuple[Any, ...]:
    """What a client would send."""
    request = client.build_request(method="get", url=url, params=params)
    address = request.url
    return request.method, str(address), address.raw_path, address.raw_host, request.headers["host"]


@pytest.fixture(params=BASES)
def base(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_an_address_is_the_one_that_httpx_makes(kind: Any, base: str) -> None:
    """Whatever is in the path and in the filters: spaces, plus signs, percent signs, brackets, other letters."""
    api = kind(token="t", base_url=base).api
    ours = api.get_httpx_client() if kind is PasqalClient else api.get_async_httpx_client()
    with httpx.Client(base_url=str(ours.base_url)) as plain:
        for path in PATHS:
            for params in PARAMS:
                assert built(ours, path, params) == built(plain, path, params)


@pytest.mark.parametrize(
    "url",
    ["/api/v2/jobs?limit=1", "/api/v2/jobs#x", "api/v2/jobs", "https://other.example/x?y", ""],
)
def test_what_is_more_than_a_path_is_left_to_httpx(url: str) -> None:
    """Somebody may use the connection for a request of their own."""
    with PasqalClient(token="t", base_url=BASES[1]) as client, httpx.Client() as plain:
        ours = client.api.get_httpx_client()
        plain.base_url = ours.base_url
        for given in (url, httpx.URL(url)):
            for params in (None, {"limit": 2}):
                assert built(ours, given, params) == built(plain, given, params)


def test_an_address_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """httpx takes longer for that than for all else that it does to build a request."""
    parsed = []

    def counting(*args: Any, **parts: Any) -> Any:
        parsed.append(parts)
        return parse(*args, **parts)

    parse = httpx._urlparse.urlparse
    with PasqalClient(token="t", base_url=BASES[0]) as client:
        ours = client.api.get_httpx_client()
        monkeypatch.setattr("httpx._urlparse.urlparse", counting)
        monkeypatch.setattr("httpx._urls.urlparse", counting)
        ours.build_request("GET", "/api/v2/jobs", params={"limit": 1})
    assert len(parsed) == 1
