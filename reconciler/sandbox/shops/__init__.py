"""A shop and one request to it: settings, scopes, tokens, points. Never in here: what the request asks for."""
