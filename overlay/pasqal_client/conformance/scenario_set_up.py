"""Sets a sandbox up as a scenario says, and spells out the lists of ids that it abbreviates."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..sandbox import Fate, Sandbox
from ..sandbox.faults.fault import parse_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A sandbox takes any realm, audience and id of a program, and a client may know its region's only.
_ACCOUNT_API = "https://apis.pasqal.cloud/account/api"
AUDIENCE = f"{_ACCOUNT_API}/v1"
"""What tokens are for."""
ACCOUNT_FORM = {
    "client_id": "PeZvo7Atx7IVv3iel59asJSb4Ig7vuSB",
    "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
    "realm": "pcs-users",
}
"""What the default region asks of an account, beside its name and its password."""
_WRONG = "conformance-wrong-secret-7d20c4"
_TOKEN_URL = "{token_url}"  # noqa: S105 - what stands for it
_SERIES = "series"


@contextmanager
def run_sandbox(wanted: Mapping[str, Any]) -> Iterator[Sandbox]:
    """A running sandbox with what a scenario wants in it.

    Args:
        wanted: the `sandbox` of the case, of which the faults are left to `set_faults`.
    """
    with Sandbox(**wanted.get("settings", {})) as sandbox:
        for batch in spell_out(wanted["batches"]):
            _add_batch(sandbox, batch)
        for device_type, state in wanted.get("devices", {}).items():
            sandbox.set_device(device_type, **state)
        sandbox.advance(wanted.get("advance", 0))
        sandbox.quirks = wanted.get("quirks", ())
        yield sandbox


def set_faults(sandbox: Sandbox, wanted: Mapping[str, Any], token_url: str) -> None:
    """Let go wrong what a scenario wants; it comes last, so that no fault meets the setting up.

    Args:
        sandbox: it has all the rest.
        wanted: the `sandbox` of the case.
        token_url: what `{token_url}` in a fault stands for.
    """
    text = json.dumps(wanted.get("faults", [])).replace(_TOKEN_URL, token_url)
    sandbox.add_faults(parse_faults(json.loads(text)))


def _add_batch(sandbox: Sandbox, batch: Mapping[str, Any]) -> None:
    fields = dict(batch)
    jobs = [_make_job(job) for job in fields.pop("jobs", [])]
    sandbox.add_batch(jobs, **fields)


def _make_job(job: Mapping[str, Any]) -> dict[str, Any]:
    if "fate" not in job:
        return dict(job)
    return {**job, "fate": Fate(**job["fate"])}


def credentials_for(kind: str | None, sandbox: Sandbox, token_url: str) -> dict[str, Any] | None:
    """What a client signs in with: the address of the token endpoint, and the fields of the form.

    Args:
        kind: the `credentials` of the client in the case; None for the token of the sandbox.
        sandbox: it has the accounts.
        token_url: the address.
    """
    if kind is None:
        return None
    form = {"audience": AUDIENCE}
    if kind in ("account", "wrong-password"):
        form |= ACCOUNT_FORM | {"username": sandbox.username, "password": sandbox.password}
    else:
        form |= {
            "grant_type": "client_credentials",
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
        }
    return {"token_url": token_url, "form": form | _WRONG_SECRETS.get(kind, {})}


_WRONG_SECRETS: Mapping[str, dict[str, str]] = {
    "wrong-password": {"password": _WRONG},
    "wrong-secret": {"client_secret": _WRONG},
}


def spell_out(value: Any) -> Any:
    """A value of a case in which each series of ids is spelt out.

    `{"series": [9, 1]}` stands for nine ids, the last one first; with `each`, for objects that have
    these ids, and with `status`, for pairs of an id and a state. In a list, it stands for its entries.
    """
    if isinstance(value, list):
        return _spell_list(value)
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


def _spell_list(entries: list[Any]) -> list[Any]:
    found = []
    for entry in entries:
        if isinstance(entry, dict) and _SERIES in entry:
            found += spell_out(entry)
        else:
            found.append(spell_out(entry))
    return found


def _list_ids(first: int, last: int) -> list[str]:
    step = 1
    if last < first:
        step = -1
    return [f"00000000-0000-4000-8000-{number:012}" for number in range(first, last + step, step)]
