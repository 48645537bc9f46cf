"""What a store does to languages and translations: sources, digests, checks. Never in here: GraphQL types, HTTP."""
