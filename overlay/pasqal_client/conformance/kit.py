"""The files of the kit, as they are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_POLICIES = "policies"
_HERE = Path(__file__).parent
# A wheel brings the files along; a checkout has them at the top.
_PLACES = (_HERE / "data", _HERE.parents[2] / "conformance")


class KitError(Exception):
    """The files cannot be used."""


@dataclass(frozen=True)
class Case:
    """A case, and the file that it comes from.

    Attributes:
        kind: the kind of the file.
        content: the case as it stands there.
        call: the call that it makes.
    """

    kind: str
    content: Mapping[str, Any]
    call: str = "read"

    @property
    def name(self) -> str:
        """The name of the file, and the id in it."""
        return f"{self.kind}/{self.content['id']}"

    @property
    def feature(self) -> str:
        """What a client has to have for it."""
        return str(self.content["feature"])


@dataclass(frozen=True)
class Kit:
    """The files of the kit that the runner reads.

    Attributes:
        files: those with cases, by kind.
        narrowings: for some policies, what `requests` are compared without where they are decided
            otherwise.
    """

    files: Mapping[str, Mapping[str, Any]]
    narrowings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def cases(self) -> Iterator[Case]:
        """All cases, in their order."""
        for kind, file in self.files.items():
            for content in file["cases"]:
                yield Case(kind, content, _call_of(kind, file, content))

    def policies_of(self, case: Case, assertion: str) -> set[str]:
        """The decisions that an assertion of a case depends on."""
        of_file = self.files[case.kind].get("policies", {})
        of_case = case.content.get("policies", {})
        return {*of_file.get(assertion, ()), *of_case.get(assertion, ())}

    @property
    def policies(self) -> set[str]:
        """All decisions that an assertion of any case depends on."""
        found: set[str] = set()
        for part in (*self.files.values(), *(case.content for case in self.cases())):
            for names in part.get("policies", {}).values():
                found.update(names)
        return found

    @property
    def features(self) -> set[str]:
        """All features that a case asks for."""
        return {case.feature for case in self.cases()}


def _call_of(kind: str, file: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """The call that a case makes; of an error, its file knows the call of each operation."""
    made = content
    if kind == "errors":
        made = file["calls"].get(content["operation"], content)
    return str(made.get("call", "read"))


def find_folder() -> Path:
    """The folder of the kit that came with this package."""
    return next((place for place in _PLACES if place.is_dir()), _PLACES[0])


def read_kit(folder: Path, kinds: Iterable[str]) -> Kit:
    """Read the files of these kinds, and what the policies say.

    Raises:
        KitError: one is missing, is not JSON, is of another kind, or its cases are malformed.
    """
    files = {kind: _read_cases(folder / f"{kind}.json", kind) for kind in kinds}
    narrowings = {}
    for policy in _read(folder / f"{_POLICIES}.json", _POLICIES)["policies"]:
        if "narrows" in policy:
            narrowings[policy["name"]] = policy["narrows"]
    return Kit(files, narrowings)


def _read(path: Path, kind: str) -> dict[str, Any]:
    try:
        file = json.loads(path.read_bytes())
    except OSError as error:
        raise KitError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise KitError(f"{path} is not JSON: {error}") from error
    if not isinstance(file, dict) or file.get("kind") != kind:
        raise KitError(f"{path} is not a file of the kit: its `kind` is not {kind!r}")
    return file


def _read_cases(path: Path, kind: str) -> dict[str, Any]:
    """A file with cases, each with what the runner says of it; `schema.json` demands more."""
    file = _read(path, kind)
    cases = file.get("cases")
    if not isinstance(cases, list):
        raise KitError(f"{path}: its `cases` is not a list")
    for number, case in enumerate(cases):
        for name in ("id", "why", "feature"):
            if not isinstance(case, dict) or not isinstance(case.get(name), str):
                raise KitError(f"{path}: its case {number} has no text `{name}`")
    return file
