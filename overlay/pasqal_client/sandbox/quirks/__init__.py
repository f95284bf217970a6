"""How answers differ from the contract on purpose, as the real service has been seen to."""
