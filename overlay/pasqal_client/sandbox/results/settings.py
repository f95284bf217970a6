"""What a sandbox is told about result files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..checks import check_flag, short_repr
from ..clock import parse_duration

if TYPE_CHECKING:
    from datetime import timedelta

    from ..clock import Duration

HOSTS = ("127.0.0.1", "localhost")
"""The names of this machine under which a sandbox can be reached."""


@dataclass(frozen=True, slots=True)
class ResultSettings:
    """How result files are served.

    Attributes:
        lifetime: how long an address is valid, on the sandbox's clock.
        host: the name of this machine in the addresses; the one that the request has used if None.
        reject_token: whether a request for a file that carries a token or a cookie is rejected.
    """

    lifetime: timedelta
    host: str | None
    reject_token: bool


def check_settings(lifetime: Duration, host: str | None, reject_token: bool) -> ResultSettings:
    """Check the arguments of a sandbox that are about result files.

    Raises:
        ValueError: one cannot be used.
    """
    if host is not None and host not in HOSTS:
        raise ValueError(
            f"results_host is {short_repr(host)}: it is one of {', '.join(HOSTS)}, or left out"
        )
    check_flag("reject_token_on_results", reject_token)
    try:
        return ResultSettings(parse_duration(lifetime), host, reject_token)
    except ValueError as error:
        raise ValueError(f"result_lifetime: {error}") from error
