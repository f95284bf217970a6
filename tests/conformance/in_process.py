"""The reference client behind the runner, without a process: a mistake costs no more than the calls that it spoils."""

import json
from typing import Any

from pasqal_client.conformance.calls import OUTCOMES, Answer, Call, UnsupportedError
from pasqal_client.conformance.mask import Mask

from .reference_client import adapter


class InProcess:
    """What the runner asks in place of a program; it takes and gives lines as that would."""

    def __init__(self) -> None:
        self.case = ""
        self.mask = Mask()

    def ask(self, call: Call) -> Answer:
        """Have a call made."""
        line = json.loads(json.dumps(call.to_line(1)))
        said: dict[str, Any] = json.loads(json.dumps(adapter.answer(line), default=str))
        (outcome,) = (name for name in OUTCOMES if name in said)
        if outcome == "unsupported":
            raise UnsupportedError(said[outcome])
        return Answer(outcome, said[outcome])
