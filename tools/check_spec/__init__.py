"""Validates the contract: OpenAPI 3.1, its schemas and their defaults, its operations, and every example.

    PYTHONPATH=tools python -m check_spec [PATH]    PATH is openapi.yaml of this repository unless given

Prints one line a problem (where, what is wrong, what would be right) and exits with 1, or a summary
and exits with 0.

`checks` has the stages; two of them are modules of their own: `spellings` finds what a reader of
OpenAPI 3.1 would silently pass over, `models` what no model can be made of. `lost_keywords` finds
for it what the generators would not read. `places` finds the parts of a contract, for the ledger,
too. `command` is the command.
"""
