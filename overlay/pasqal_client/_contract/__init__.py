"""How answers differ from the contract, and how that is reported."""
