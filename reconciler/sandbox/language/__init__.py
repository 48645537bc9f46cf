"""GraphQL: from the text of a request to its answer; checks, prices and errors in the API's own words.

The one room that knows every resolver, by the schema it binds them to. Never in here: what a product is.
"""
