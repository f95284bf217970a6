"""How requests are signed: credentials, tokens, when a token is renewed, and where a login is stored."""
