"""A client's settings: each from the first source that has it; `sources` says which there are.

Pure: what was read from the environment or a file comes in as a level, a mapping by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve, field, frozen

from .._auth.credentials import (
    Anonymous,
    CallableToken,
    ClientCredentials,
    Credentials,
    PasswordCredentials,
    StaticToken,
)
from .._checks import boolean, checked_setting, seconds, uuid_of
from .._display import quoted
from .._http.retry import RetryPolicy
from .._http.urls import canonical_address, checked_address
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
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
        project_id: the default of the project filter when listing jobs.
        timeout: bounds a connection attempt and each read; one whole attempt takes at most five
            times as long.
        deadline: bounds one request with all its attempts and pauses.
        retry: when a failed request is sent again.
        strict: raise at the first departure from the contract.
        anonymous: ask only what needs no token.
        submission_tag: whether new batches get a tag by which a lost answer is settled.
    """

    base_url: str
    region: str
    project_id: UUID | None = None
    timeout: float = 10.0
    deadline: float = 60.0
    retry: RetryPolicy = field(factory=RetryPolicy)
    strict: bool = False
    anonymous: bool = False
    submission_tag: bool = True


Level = Mapping[str, object]
"""The settings from one source, by the names of the constructor's arguments; None means not given."""


class Source(dict[str, object]):
    """A level whose settings have other names where they stand than as arguments.

    Args:
        settings: the settings.
        place_of: where the setting of a name stands, such as `PASQAL_REGION` for `region`.
    """

    def __init__(self, settings: Level, place_of: Callable[[str], str]) -> None:
        super().__init__(settings)
        self.place_of = place_of

    def __repr__(self) -> str:
        # Tracebacks show variables, and some of these settings are secrets.
        return f"<{type(self).__name__} of {', '.join(self)}>"


VARIABLES: Final = (
    "token",
    "auth_token",
    "username",
    "password",
    "client_id",
    "client_secret",
    "project_id",
    "region",
    "base_url",
    "log",
    "profile",
)
"""What has a variable `PASQAL_<NAME>`: settings, and `auth_token`, which is CUDA-Q's name for `token`."""

# What stands for an account, by the setting that names it first.
_SECRETS_OF: Final = {"username": "password", "client_id": "client_secret"}

_WAYS: Final = ("credentials", "token", *_SECRETS_OF)
"""The settings that name a way to sign in, the most direct one first."""

SIGNING_IN: Final = (*_WAYS, *_SECRETS_OF.values())
"""The settings that sign in."""


def variable_of(name: str) -> str:
    """The variable of a setting."""
    return f"PASQAL_{name.upper()}"


def variables(environment: Mapping[str, str]) -> Source:
    """The level of the `PASQAL_*` variables; an empty one means not given."""
    level: dict[str, object] = {}
    for name in VARIABLES:
        value = environment.get(variable_of(name), "")
        level[name] = trimmed(name, value) or None
    auth_token = level.pop("auth_token")
    if level["token"] is not None or auth_token is None:
        return Source(level, variable_of)
    return Source(
        {**level, "token": auth_token},
        lambda name: variable_of("auth_token" if name == "token" else name),
    )


@contextmanager
def name_sources(levels: Sequence[Level]) -> Iterator[None]:
    """Let the error of a setting say where its value came from, where that was not an argument.

    Args:
        levels: the sources, the strongest first; more may be added meanwhile.

    Raises:
        ConfigurationError: that of the block, which begins with the name of the setting.
    """
    try:
        yield
    except ConfigurationError as error:
        name, colon, rest = str(error).partition(": ")
        place = _place_of(name, levels)
        if place is None:
            raise
        raise ConfigurationError(f"{place}{colon}{rest}") from None


def _place_of(name: str, levels: Sequence[Level]) -> str | None:
    """Where the value of a setting stands; None if it is an argument, or no setting."""
    for level in levels:
        if level.get(name) is not None:
            return level.place_of(name) if isinstance(level, Source) else None
    return None


def trimmed(name: str, value: str) -> str:
    """A value from a variable or a file without what shells and editors leave around it.

    That is white space, and a byte order mark at the beginning. A password may begin or end with a
    space, so it loses only the line breaks at its end.
    """
    value = value.removeprefix("\ufeff")
    if name in _SECRETS_OF.values():
        return value.rstrip("\r\n")
    return value.strip()


def pick(name: str, levels: Sequence[Level]) -> object:
    """The setting from the first level that has it; None if none does."""
    for level in levels:
        value = level.get(name)
        if value is not None:
            return value
    return None


def settings_of(levels: Sequence[Level]) -> Settings:
    """The checked settings, each from the first level that has it.

    Args:
        levels: the sources, the strongest first.

    Raises:
        ConfigurationError: a setting is malformed.
    """
    # The address stands for a region, so the first level that has either of them decides.
    deciding = [level for level in levels if _has_either(level, "base_url", "region")]
    base_url, region = address_and_region(pick("base_url", deciding[:1]), pick("region", deciding))
    settings = Settings(
        base_url=base_url,
        region=region,
        project_id=_setting(uuid_of, "project_id", pick("project_id", levels), None),
        anonymous=_setting(boolean, "anonymous", pick("anonymous", levels), False),
    )
    names = ("timeout", "deadline", "retry", "strict", "submission_tag")
    others = {name: pick(name, levels) for name in names}
    return changed(settings, others)


def changed(settings: Settings, changes: Level) -> Settings:
    """The settings with what is not None in the place of what was.

    Raises:
        ConfigurationError: a setting is malformed.
    """
    retry = changes.get("retry")
    if retry is None:
        retry = settings.retry
    if not isinstance(retry, RetryPolicy):
        raise ConfigurationError(f"retry: expected a RetryPolicy, got {type(retry).__name__}")
    return evolve(
        settings,
        timeout=_setting(seconds, "timeout", changes.get("timeout"), settings.timeout),
        deadline=_setting(seconds, "deadline", changes.get("deadline"), settings.deadline),
        retry=retry,
        strict=_setting(boolean, "strict", changes.get("strict"), settings.strict),
        submission_tag=_setting(
            boolean, "submission_tag", changes.get("submission_tag"), settings.submission_tag
        ),
    )


def credentials_of(levels: Sequence[Level], region: str) -> Credentials | None:
    """The credentials from the first level that has any; what is missing of them comes from the levels after it.

    Args:
        levels: the sources, the strongest first.
        region: whose token endpoint is asked.

    Returns:
        None if no level has any.

    Raises:
        ConfigurationError: there are too many at once, or they are incomplete.
    """
    if pick("anonymous", levels):
        return _anonymous(levels[0])
    found = way_in(levels)
    if found is None:
        return None
    number, way = found
    # In a variable or a profile, one that is left over from earlier shall not get in the way.
    if number == 0:
        _require_one(_ways_of(levels[0]))
    return _credentials(way, levels, region)


def way_in(levels: Sequence[Level]) -> tuple[int, str] | None:
    """The way to sign in that counts: the number of the first level that has any, and the setting that names it."""
    for number, level in enumerate(levels):
        ways = _ways_of(level)
        if ways:
            return number, ways[0]
    return None


def _ways_of(level: Level) -> list[str]:
    """The ways to sign in of which a level has at least a part, the most direct one first."""
    return [name for name in _WAYS if _has_either(level, name, _SECRETS_OF.get(name, name))]


def _require_one(ways: Sequence[str]) -> None:
    if len(ways) > 1:
        raise ConfigurationError(f"{' and '.join(ways)} are given at once: give one way to sign in")


def _anonymous(arguments: Level) -> Anonymous:
    """No credentials, whatever variables and profiles have; those of the arguments would be forgotten."""
    for name in SIGNING_IN:
        if arguments.get(name) is not None:
            raise ConfigurationError(
                f"anonymous and {name} are given at once: an anonymous client does not sign in"
            )
    return Anonymous()


def _has_either(level: Level, one: str, other: str) -> bool:
    return level.get(one) is not None or level.get(other) is not None


def _credentials(kind: str, levels: Sequence[Level], region: str) -> Credentials:
    if kind in _SECRETS_OF:
        return _account(kind, pick(kind, levels), levels, region)
    value = pick(kind, levels)
    # A traceback may show variables.
    try:
        if kind == "credentials":
            return _checked_credentials(value)
        # No `str` is callable, and nothing else is a token.
        if callable(value):
            return CallableToken(value)
        return StaticToken(value)  # type: ignore[arg-type]
    finally:
        del value


def _checked_credentials(value: object) -> Credentials:
    # Somebody may have given the token itself.
    try:
        if isinstance(value, Credentials):
            return value
        raise ConfigurationError(f"credentials: expected Credentials, got {type(value).__name__}")
    finally:
        del value


def _account(name: str, value: object, levels: Sequence[Level], region: str) -> Credentials:
    """The credentials of an account, by the setting that names it: `username` or `client_id`."""
    secret_name = _SECRETS_OF[name]
    for part in (name, secret_name):
        if pick(part, levels) is None:
            raise ConfigurationError(
                f"{part} is missing: give it, or set the variable PASQAL_{part.upper()}"
            )
    # An account's secret goes to the endpoint of its region, and this address says none.
    if region == CUSTOM:
        raise ConfigurationError(
            "no token endpoint is known for this base_url: give region=… too, or "
            "credentials=PasswordCredentials(…, token_url=…)"
        )
    make = PasswordCredentials if name == "username" else ClientCredentials
    # In no variable: a traceback may show them.
    return make(value, pick(secret_name, levels), region=region)  # type: ignore[arg-type]


def address_and_region(base_url: object, region: object) -> tuple[str, str]:
    """The base URL and the region's name.

    Raises:
        ConfigurationError: the region is unknown, or the address is malformed or would send a token
            unprotected.
    """
    name = DEFAULT_REGION
    if region is not None:
        name = _region(region)
    if base_url is None:
        return REGIONS[name], name
    # There may be a password in it.
    try:
        url = _checked_base_url(base_url)
    finally:
        del base_url
    if region is None:
        name = _region_of(url)
    return url, name


def _checked_base_url(base_url: object) -> str:
    try:
        given = checked_address(base_url, "base_url", REGIONS[DEFAULT_REGION])
    finally:
        del base_url
    if "?" in given:
        del given
        raise ConfigurationError("base_url: it must not have a query")
    # Logins belong to an address, and so do writes.
    return canonical_address(given)


def _region(region: object) -> str:
    """The name of a region, which is known."""
    if isinstance(region, str) and region.lower() in REGIONS:
        return region.lower()
    known = ", ".join(REGIONS)
    raise ConfigurationError(
        f"region: {quoted(region)} is unknown; known are {known}; for another service give its address instead"
    )


def _region_of(url: str) -> str:
    for name, known in REGIONS.items():
        if url == known:
            return name
    return CUSTOM


def _setting(check: Callable[[str, object], T], name: str, value: object, default: T) -> T:
    """A setting, checked; the default for None."""
    if value is None:
        return default
    return checked_setting(check, name, value)
