"""A repository with its stores connected, or a snapshot in their place. Never in here: who asks, and how often."""
