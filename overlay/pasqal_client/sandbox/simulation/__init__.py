"""Results that are computed with Pulser: what jobs really give, as far as a machine like this can tell.

- `pulser_program` is the only module that uses Pulser. It runs in a process of its own: numpy has one
  source of random numbers, which belongs to the program that uses the sandbox.
- `worker` talks to that process. `simulation` asks it, `foresight` remembers what it said about
  programs, and `programs` finds them. `settings` has what a sandbox is told about all this.
"""

from __future__ import annotations
