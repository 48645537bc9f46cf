"""What a store does to metaobjects and their definitions. Never in here: GraphQL types, HTTP."""
