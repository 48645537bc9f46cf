"""Changes written to a store, each read again right before. Never in here: whether they may be, and the lease."""
