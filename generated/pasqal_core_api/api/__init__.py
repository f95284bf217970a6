# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""Contains methods for accessing the API"""
