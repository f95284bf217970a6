# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""Contains endpoint functions for accessing the API"""
