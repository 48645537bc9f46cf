"""Stores planned and applied by the workers of a cluster: Dask distributed sends errands, fsspec keeps what they need.

The only importer of both, and imported only when a command asks for it. An errand is a few words of JSON: names of
artefacts and digests. Files, plans and journals go through the artefacts. Never here: a token, or a decision.
"""
