"""Faults on request: what goes wrong is declared for a shop, and happens to the requests that it names."""
