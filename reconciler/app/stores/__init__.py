"""The stores of a repository, side by side: where each is, whether it lets us in. Never in here: what one holds."""
