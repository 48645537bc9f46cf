"""Bulk operations while they run: in the background, in slices that let requests in between."""
