"""The only way to the service: connections, retries, deadlines, errors, and what is reported about them."""
