"""A small client on the standard library, written from `openapi.yaml` and `conformance/` as the author of a port would.

It imports nothing of `pasqal_client` and nothing generated. It exists to have mistakes planted in it (`mistakes.py`
beside this folder): what one of its modules needs of another it takes from the module at the moment of the call
(`wire.query_text(…)`), so that a function or a constant can be replaced there.
"""
