"""The database: tables, columns, queries, and the state of the service in it."""
