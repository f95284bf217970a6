"""Where the settings of a client come from."""
