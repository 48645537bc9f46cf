"""What a store does to metafields: types, values, definitions, owners. Never in here: GraphQL types, HTTP."""
