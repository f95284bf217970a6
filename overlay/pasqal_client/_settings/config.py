"""Where a client's settings come from: arguments, then `PASQAL_*` variables, then a profile, then defaults.

Pure: what was read from the environment or a file comes in as a level, a mapping by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve, field, frozen

from .._auth.credentials import (
    CallableToken,
    ClientCredentials,
    Credentials,
    PasswordCredentials,
    StaticToken,
)
from .._checks import seconds, truth, uuid_of
from .._http.retry import RetryPolicy
from .._http.urls import checked_address
from ..errors import ConfigurationError, quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

T = TypeVar("T")

REGIONS: Final = {
    "fr": "https://apis.pasqal.cloud/core-fast",
    "sa": "https://apis.sa.pasqal.cloud/core-fast",
}
DEFAULT_REGION: Final = "fr"
CUSTOM: Final = "custom"
"""The region of an address that is none of the known ones."""


@frozen(kw_only=True)
class Settings:
    """The checked settings of a client, without its secrets. Times are in seconds.

    Attributes:
        base_url: the service's address with its prefix, without a slash at the end.
        region: the region's name, or `custom`.
        project_id: the default of the list's project filter.
        timeout: bounds a connection attempt and each read; one whole attempt takes at most five
            times as long.
        deadline: bounds one request with all its attempts and pauses.
        retry: when a failed request is sent again.
        strict: raise at the first departure from the contract.
    """

    base_url: str
    region: str
    project_id: UUID | None = None
    timeout: float = 10.0
    deadline: float = 60.0
    retry: RetryPolicy = field(factory=RetryPolicy)
    strict: bool = False


Level = Mapping[str, object]
"""The settings of one origin, by the names of the constructor's arguments; None counts as not given."""

VARIABLES: Final = (
    *("token", "username", "password", "client_id", "client_secret"),
    *("project_id", "region", "base_url", "log", "profile"),
)
"""The settings that have a variable `PASQAL_<NAME>`."""

# What stands for an account, by the setting that names it first.
_SECRETS_OF: Final = {"username": "password", "client_id": "client_secret"}


def variables(environment: Mapping[str, str]) -> Level:
    """The level of the `PASQAL_*` variables; an empty one counts as not given."""
    return {
        name: trimmed(name, environment.get(f"PASQAL_{name.upper()}", "")) or None
        for name in VARIABLES
    }


def trimmed(name: str, value: str) -> str:
    """A value from a variable or a file without what shells and editors leave around it.

    That is white space, and a byte order mark at the beginning. A password may begin or end with a
    space, so it loses only the line breaks at its end.
    """
    value = value.removeprefix("\ufeff")
    return value.rstrip("\r\n") if name in _SECRETS_OF.values() else value.strip()


def pick(name: str, levels: Sequence[Level]) -> object:
    """The setting from the first level that has it; None if none does."""
    return next((level[name] for level in levels if level.get(name) is not None), None)


def settings_of(levels: Sequence[Level]) -> Settings:
    """The checked settings, each from the first level that has it.

    Args:
        levels: the origins, the strongest first.

    Raises:
        ConfigurationError: a setting has not the right form.
    """
    # An address and a region exclude each other, so the first level that has either decides.
    deciding = [
        level
        for level in levels
        if level.get("base_url") is not None or level.get("region") is not None
    ]
    base_url, region = address(pick("base_url", deciding[:1]), pick("region", deciding))
    settings = Settings(
        base_url=base_url,
        region=region,
        project_id=configured(uuid_of, "project_id", pick("project_id", levels), None),
    )
    return changed(
        settings, {name: pick(name, levels) for name in ("timeout", "deadline", "retry", "strict")}
    )


def changed(settings: Settings, changes: Level) -> Settings:
    """The settings with what is not None in the place of what was.

    Raises:
        ConfigurationError: a setting has not the right form.
    """
    retry = changes.get("retry")
    if retry is not None and not isinstance(retry, RetryPolicy):
        raise ConfigurationError(f"retry: expected a RetryPolicy, got {type(retry).__name__}")
    return evolve(
        settings,
        timeout=configured(seconds, "timeout", changes.get("timeout"), settings.timeout),
        deadline=configured(seconds, "deadline", changes.get("deadline"), settings.deadline),
        retry=settings.retry if retry is None else retry,
        strict=configured(truth, "strict", changes.get("strict"), settings.strict),
    )


def credentials_of(levels: Sequence[Level], region: str) -> Credentials:
    """The credentials from the first level that has any; what is missing of them comes from the levels after it.

    Args:
        levels: the origins, the strongest first.
        region: whose token endpoint is asked.

    Raises:
        ConfigurationError: there are none, too many at once, or they are incomplete.
    """
    for number, level in enumerate(levels):
        kinds = [name for name in ("credentials", "token", *_SECRETS_OF) if _has(name, level)]
        if len(kinds) > 1 and number == 0:
            raise ConfigurationError(
                f"{' and '.join(kinds)} are given at once: give one way to sign in"
            )
        if kinds:
            return _credentials(kinds[0], levels, region)
    raise ConfigurationError(
        "there is nothing to sign in with: give token=…, username=… and password=…, client_id=… and client_secret=…, "
        "or set the variable PASQAL_TOKEN"
    )


def _has(name: str, level: Level) -> bool:
    return level.get(name) is not None or level.get(_SECRETS_OF.get(name, name)) is not None


def _credentials(kind: str, levels: Sequence[Level], region: str) -> Credentials:
    value = pick(kind, levels)
    if kind == "credentials":
        if not isinstance(value, Credentials):
            raise ConfigurationError(
                f"credentials: expected Credentials, got {type(value).__name__}"
            )
        return value
    if kind == "token":
        return CallableToken(value) if callable(value) else StaticToken(value)  # type: ignore[arg-type]
    secret = pick(_SECRETS_OF[kind], levels)
    missing = [
        name for name, given in ((kind, value), (_SECRETS_OF[kind], secret)) if given is None
    ]
    if missing:
        raise ConfigurationError(
            f"{missing[0]} is missing: give it, or set the variable PASQAL_{missing[0].upper()}"
        )
    if region == CUSTOM:
        raise ConfigurationError(
            "the token endpoint of a base_url of one's own is not known: give region=… too, or "
            "credentials=PasswordCredentials(…, token_url=…)"
        )
    make = PasswordCredentials if kind == "username" else ClientCredentials
    return make(value, secret, region=region)  # type: ignore[arg-type]


def address(base_url: object, region: object) -> tuple[str, str]:
    """The base URL and the region's name.

    Raises:
        ConfigurationError: the region is unknown, or the address is none or would send a token
            unprotected.
    """
    if base_url is None:
        name = DEFAULT_REGION if region is None else region
        name = name.lower() if isinstance(name, str) else ""
        if name not in REGIONS:
            known = ", ".join(REGIONS)
            raise ConfigurationError(
                f"region: {quoted(region)} is unknown; known are {known}; for others give base_url"
            )
        return REGIONS[name], name
    url = checked_address(base_url, "base_url", REGIONS[DEFAULT_REGION]).rstrip("/")
    if "?" in url:
        raise ConfigurationError("base_url: it must not have a query")
    its_region = next((name for name, known in REGIONS.items() if known == url), CUSTOM)
    return url, its_region if region is None else address(None, region)[1]


def configured(check: Callable[[str, object], T], name: str, value: object, default: T) -> T:
    """A setting, checked; the default for None.

    Raises:
        ConfigurationError: it is malformed.
    """
    if value is None:
        return default
    try:
        return check(name, value)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
