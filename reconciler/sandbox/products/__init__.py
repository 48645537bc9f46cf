"""What a store does to products: fields, handles, tags, options, variants. Never in here: GraphQL types, HTTP."""
