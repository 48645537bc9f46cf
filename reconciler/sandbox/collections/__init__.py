"""Collections: their sources, what is in them, their legacy rules. Never in here: the wire shapes of GraphQL."""
