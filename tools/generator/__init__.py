"""What `generate.py` has to know of a contract before openapi-python-client writes the code.

    schema_reach.py  which schemas the bodies of requests and of answers are made of
    body_checks.py   what a contract says about request bodies that the code could not say
    class_facts.py   what the templates need to know about the classes and functions
    overrides.py     the names that were chosen for classes, and which of them match none

A request body becomes a typed dictionary and is sent as it is (docs/decisions/0004-request-bodies.md).
"""
