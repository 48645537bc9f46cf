"""Where things are published and from when. Never in here: GraphQL types, HTTP."""
