"""The command line of the library: `pasqal`, or `python -m pasqal_client.cli`. It needs the extra `cli`.

- `app` is the tree of commands, and `commands` has a module for each group of them: the place to
  start. `typer_groups` is what such a group is.
- `login`, `submission`, `wait`, `writes`, `counts`, `watch`, `timeline`, `results` and
  `device_queue` are what the longer commands do; `item_list` prints a list, `named_items` finds what
  is named, and says what is missing; `pictures` is what timelines and results share.
- `options`, `filter_options`, `result_options` and `submission_options` declare what several commands
  have, each once; `completion` suggests values to a shell; `filter_values`, `typed_names` and
  `times` read them.
- `account` makes the client.
- `prompts` asks the user, `stdin` reads what is given as `-`, `streams` prints messages, `failures`
  turns errors into messages and exit codes.
- `display` shows results, and keeps control characters away from terminals.

Where something new goes:

- a command into the module of its group in `commands`, and what it does into a module beside those
  above; docs/cli.md has a row for it; a group, or a command in none, into the table in `app`, too;
- an option of one command into that command, of several into `options`, a filter into
  `filter_options`;
- the receipt of a write into `writes.receipt`, so that it is printed even if the write fails
  half-way, and never makes a change that was made a failure;
- what is said of an error into `failures`. Ctrl-C becomes an `Interrupted` in `typer_groups`, which
  `failures` explains by the write that was under way. `submission.stage` and the question in
  `writes.preview` know more, and turn it into a `CommandError` with the same exit code.

Importing it imports nothing heavy: what a command needs is imported when it runs.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .._extras import extra_hint

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: the arguments, without the name of the program; those of the process if None.

    Returns:
        The exit code; docs/cli.md has the list.
    """
    try:
        from .app import run

        return run(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        # Once a command runs, Ctrl-C is dealt with there.
        return 130
    except ModuleNotFoundError as error:
        # A module of ours that is missing is a bug, and no extra would help.
        if (error.name or "").startswith("pasqal_client"):
            raise
        print(  # noqa: T201
            f"pasqal: {error.name} is not installed: {extra_hint('cli')}",
            file=sys.stderr,
        )
        return 2
