"""What the generated code stands on: how answers become objects, and the client that operations take.

It is written by hand, knows nothing of the generated packages above it, and imports lazily: nothing
is loaded before one of its modules is asked for.

    errors.py       the errors that can be raised below `pasqal_client`, with the root of them all
    departures.py   a departure: one place where an answer departs from the contract
    json_values.py  copying and describing JSON values of any kind
    times.py uuids.py
                    reading times and ids, written for speed
    readers.py      a reader for each kind of JSON value
    model.py        the base of the generated models
    records.py      rows of tables
    shown_text.py   text from outside in one line, without secrets
    html_tables.py  what notebooks show
    drafts.py       filling read-only objects quickly
    open_enum.py    the base of the generated enumerations
    response.py     what an operation returns, and the parameter that is not sent
    late_names.py   names of a package that are imported when each is asked for
    client.py       the connection that operations use; the only module that names the HTTP library
"""
