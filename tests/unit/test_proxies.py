"""Which proxy an address is reached through is a pure function of the variables."""

from __future__ import annotations

import pytest

from pasqal_client._http.proxies import proxy_of, setting_for, variable_of

URL = "https://api.lab.example/core"
BOTH = {"https": "one:1", "all": "two:2"}


@pytest.mark.parametrize(
    ("settings", "url", "expected"),
    [
        ({}, URL, None),
        (BOTH, URL, "https"),
        ({"http": "one:1"}, URL, None),
        ({"http": "one:1", "all": "two:2"}, URL, "all"),
        ({"https": " ", "all": "two:2"}, URL, "all"),
        (BOTH, "http://api.lab.example", "all"),
        ({**BOTH, "no": "lab.example:443"}, "api.lab.example", "all"),
    ],
)
def test_the_proxy_for_a_scheme_goes_before_the_one_for_all(
    settings: dict[str, str], url: str, expected: str | None
) -> None:
    """An empty variable counts as none."""
    assert setting_for(url, settings) == expected


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("*", URL),
        ("api.lab.example", URL),
        ("lab.example", URL),
        ("LAB.Example", URL),
        (".lab.example", URL),
        ("*.lab.example", URL),
        ("*lab.example", URL),
        ("lab.example.", URL),
        ("lab.example", "https://api.lab.example./core"),
        ("api.lab.example:443", URL),
        ("api.lab.example:8443", "https://api.lab.example:8443"),
        ("https://api.lab.example", URL),
        ("https://api.lab.example/", URL),
        ("all://lab.example:443", URL),
        ("10.1.2.3", "https://10.1.2.3:8443"),
        ("10.1.2.3:8443", "https://10.1.2.3:8443"),
        ("10.0.0.0/8", "https://10.1.2.3"),
        ("10.1.2.3/8", "https://10.1.2.3"),
        ("2001:db8::1", "https://[2001:db8::1]"),
        ("2001:DB8:0::1", "https://[2001:db8::1]"),
        ("[2001:db8::1]", "https://[2001:db8::1]:8443"),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("2001:db8::/32", "https://[2001:db8::1]"),
        ("other.example, lab.example", URL),
        ("other.example lab.example", URL),
        (",, ::1/128 ,[::1],[,]:x,http://,lab.example", URL),
    ],
)
def test_an_exception_is_reached_without_a_proxy(entry: str, url: str) -> None:
    """Names with all that is below them, addresses, networks, and each with a port or a scheme if it is meant so."""
    assert setting_for(url, {**BOTH, "no": entry}) is None


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("", URL),
        (".", URL),
        ("example.com", URL),
        ("ab.example", URL),
        (".api.lab.example", URL),
        ("*.api.lab.example", URL),
        ("api.lab.example:8443", URL),
        ("api.lab.example:https", URL),
        ("http://api.lab.example", URL),
        ("[api.lab.example", URL),
        ("1.2.3", "https://10.1.2.3"),
        ("10.1.2.3", URL),
        ("10.0.0.0/33", "https://10.1.2.3"),
        ("11.0.0.0/8", "https://10.1.2.3"),
        ("::/0", "https://10.1.2.3"),
        ("::1/128", "https://[2001:db8::1]"),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]"),
    ],
)
def test_what_is_no_exception_is_reached_through_the_proxy(entry: str, url: str) -> None:
    """An entry that makes no sense says nothing about any address."""
    assert setting_for(url, {**BOTH, "no": entry}) == "https"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"ALL_PROXY": "x"}, "ALL_PROXY"),
        ({"all_proxy": "x", "ALL_PROXY": "y", "HTTPS_PROXY": "z"}, "all_proxy"),
        ({"all_proxy": "", "All_Proxy": "y"}, "All_Proxy"),
        ({}, "the proxy in the settings of the system"),
    ],
)
def test_a_variable_is_named_as_it_is_spelled(environment: dict[str, str], expected: str) -> None:
    """One in lower case goes before others; on some systems a proxy need not come from a variable."""
    assert variable_of("all", environment) == expected


@pytest.mark.parametrize(
    ("value", "address", "auth"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", None),
        ("proxy.example:3128", "http://proxy.example:3128", None),
        (" HTTP://Proxy.example/ \n", "http://proxy.example/", None),
        ("https://proxy.example", "https://proxy.example", None),
        ("socks5://10.0.0.1:1080", "socks5://10.0.0.1:1080", None),
        ("socks5h://[::1]:1080", "socks5h://[::1]:1080", None),
        ("ada:pw@proxy.example:3128", "http://proxy.example:3128", ("ada", "pw")),
        (
            "http://ada:p%40%23%2Fw@proxy.example:3128",
            "http://proxy.example:3128",
            ("ada", "p@#/w"),
        ),
        ("http://ada:p@w@proxy.example:3128", "http://proxy.example:3128", ("ada", "p@w")),
    ],
)
def test_a_proxy_is_an_address_with_or_without_a_user(
    value: str, address: str, auth: tuple[str, str] | None
) -> None:
    """Without a scheme it is spoken to in http."""
    proxy = proxy_of(value)
    assert proxy is not None
    assert (str(proxy.url), proxy.auth) == (address, auth)


@pytest.mark.parametrize(
    "value",
    [
        "gopher://proxy.example",
        "socks://proxy.example:1080",
        "http://",
        "http://:3128",
        "http:///proxy.example",
        "http://proxy.example:port",
        "http://proxy.example:0",
        "http://proxy.example:99999",
        "http://proxy example:3128",
        "http://proxy\x00.example",
        "http://[::1",
        "http://999.1.1.1",
        f"http://{'a' * 64}.example",
        "http://ada:pw#x@proxy.example:3128",
        "http://ada:pw/x@proxy.example:3128",
        "http://ada:pw?x@proxy.example:3128",
        "http://ada:12#x@proxy.example:3128",
        "http://ada:12/x@proxy.example:3128",
        "http://ada:12?x@proxy.example:3128",
        "http://ada#x@proxy.example:3128",
    ],
)
def test_what_is_no_address_of_a_proxy_is_refused(value: str) -> None:
    """A password that is cut by a character with a meaning is never taken for a host with a port."""
    assert proxy_of(value) is None
