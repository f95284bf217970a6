"""How requests are signed: credentials, tokens, and when a token is renewed."""
