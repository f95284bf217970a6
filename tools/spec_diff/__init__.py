"""Compares two versions of the contract, judges each change by a table of rules, and says which version follows.

    PYTHONPATH=tools python -m spec_diff [BASE]     what changed since BASE (a file or a git ref)
    PYTHONPATH=tools python -m spec_diff --check    whether the package's version is enough for what changed

`contract` and `schemas`, with `references`, `enumerations` and `bounds`, turn a contract into a
tree of `parts` with facts, in which two spellings of one meaning look the same. `comparison` walks
two trees at once, `changes` names what differs, `rules` is the table that judges it. `versions`
knows the versions and the released contracts, `lookup` and `report` tell a person, and `__main__`
is the command.
"""
