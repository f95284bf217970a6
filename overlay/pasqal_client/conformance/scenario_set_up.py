"""Sets a sandbox up as a scenario says, and spells out the lists of ids that it abbreviates."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..sandbox import Fate, Sandbox
from ..sandbox.faults.fault import parse_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"
# A sandbox takes any realm, audience and id of a program.
_ANY = "conformance"
_WRONG = "conformance-wrong-secret-7d20c4"
_SERIES = "series"


@contextmanager
def run_sandbox(wanted: Mapping[str, Any]) -> Iterator[Sandbox]:
    """A running sandbox with what a scenario wants in it.

    Args:
        wanted: the `sandbox` of the case. Faults come last, so that none meets the setting up.
    """
    with Sandbox(**wanted.get("settings", {})) as sandbox:
        for batch in spell_out(wanted["batches"]):
            _add_batch(sandbox, batch)
        for device_type, state in wanted.get("devices", {}).items():
            sandbox.set_device(device_type, **state)
        sandbox.advance(wanted.get("advance", 0))
        sandbox.quirks = wanted.get("quirks", ())
        sandbox.add_faults(parse_faults(wanted.get("faults", [])))
        yield sandbox


def _add_batch(sandbox: Sandbox, batch: Mapping[str, Any]) -> None:
    fields = dict(batch)
    jobs = [_make_job(job) for job in fields.pop("jobs", [])]
    sandbox.add_batch(jobs, **fields)


def _make_job(job: Mapping[str, Any]) -> dict[str, Any]:
    if "fate" not in job:
        return dict(job)
    return {**job, "fate": Fate(**job["fate"])}


def credentials_for(kind: str | None, sandbox: Sandbox) -> dict[str, Any] | None:
    """What a client signs in with: the address of the token endpoint, and the fields of the form.

    Args:
        kind: the `credentials` of the client in the case; None for the token of the sandbox.
        sandbox: it has the accounts.
    """
    if kind is None:
        return None
    form = {"audience": _ANY}
    if kind in ("account", "wrong-password"):
        form |= {
            "grant_type": _REALM_GRANT,
            "client_id": _ANY,
            "realm": _ANY,
            "username": sandbox.username,
            "password": sandbox.password,
        }
    else:
        form |= {
            "grant_type": "client_credentials",
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
        }
    return {"token_url": sandbox.token_url, "form": form | _WRONG_SECRETS.get(kind, {})}


_WRONG_SECRETS: Mapping[str, dict[str, str]] = {
    "wrong-password": {"password": _WRONG},
    "wrong-secret": {"client_secret": _WRONG},
}


def spell_out(value: Any) -> Any:
    """A value of a case in which each series of ids is spelt out.

    `{"series": [9, 1]}` stands for nine ids, the last one first; with `each`, for objects that have
    these ids, and with `status`, for pairs of an id and a state.
    """
    if isinstance(value, list):
        return [spell_out(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if _SERIES not in value:
        return {name: spell_out(entry) for name, entry in value.items()}
    ids = _list_ids(*value[_SERIES])
    if "each" in value:
        return [{"id": one, **value["each"]} for one in ids]
    if "status" in value:
        return [[one, value["status"]] for one in ids]
    return ids


def _list_ids(first: int, last: int) -> list[str]:
    step = 1
    if last < first:
        step = -1
    return [f"00000000-0000-4000-8000-{number:012}" for number in range(first, last + step, step)]
