"""What a store does to markets, catalogs and price lists. Never in here: GraphQL types, HTTP."""
