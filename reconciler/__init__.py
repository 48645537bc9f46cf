"""Keeps Shopify catalogs as git says they should be.

The rooms are described in docs/adr and enforced by tests/architecture.py. Nothing is imported here: the command
line must answer `--help` before the first store, template or schema is loaded.
"""

__version__ = "0.1.0"
