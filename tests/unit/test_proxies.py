"""Which proxy an address is reached through is a pure function of the variables."""

from __future__ import annotations

import pytest

from pasqal_client._http.transport.proxies import proxy_of, setting_for, variable_of

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
def test_a_proxy_for_one_scheme_takes_precedence(
    settings: dict[str, str], url: str, expected: str | None
) -> None:
    """A variable for the scheme counts before the one for all schemes, and an empty variable counts as unset."""
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
    """An exception is a name with everything below it, an address or a network, each optionally with port or scheme."""
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
def test_anything_else_is_reached_through_the_proxy(entry: str, url: str) -> None:
    """An entry that cannot be understood exempts no address."""
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
    """A lower-case variable takes precedence; on some systems a proxy comes from no variable at all."""
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
    """A proxy without a scheme is reached over http."""
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
def test_a_malformed_proxy_is_rejected(value: str) -> None:
    """A password that is cut at a special character is never taken for a host and port."""
    assert proxy_of(value) is None
