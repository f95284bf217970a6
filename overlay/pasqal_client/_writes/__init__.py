"""What a write was asked to do, what came of it, and what can be found out afterwards."""
