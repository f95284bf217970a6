"""The ledger: the page that says where each part of the contract is covered, docs/reference/ledger.md.

    PYTHONPATH=tools python -m ledger            write the pages, and say what is still to do
    PYTHONPATH=tools python -m ledger --check    tell whether they are up to date and nothing is missing in them

The other page, conformance/wire.md, is the part of it that authors of ports need: types and cases.

Each parameter, body, answer, header and field of the contract is an item of the ledger. A keyword
of the client or a field of the models has to reach it, the sandbox has to serve it, and a case
has to cover it.

`page` is the page in the making. `operations` and `schemas` write its sections; `wire_page` is the page
for ports, and `case_list` its last section; `checks` says what an operation lacks as a whole. What stands
for an item is found out by running the code: `generated`, `client` with `calls`, `cli` and `sandbox`.
`items` says what the cases cover, `mentions` which tests and pages name it, `contract` reads the
contract, and `command` is the command. `tools/operation_table.py` names the method and the command of
each operation.
"""
