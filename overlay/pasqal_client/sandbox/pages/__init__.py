"""The pages for a person with a browser."""
