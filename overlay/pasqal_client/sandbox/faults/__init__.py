"""What goes wrong on purpose: faults of the connection and the server, and quirks of the answers."""
