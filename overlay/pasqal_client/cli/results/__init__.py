"""The results of jobs: printed, drawn and compared.

- `report` reads how results are wanted, and prints them: the place to start.
"""
