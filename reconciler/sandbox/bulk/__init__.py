"""Bulk operations: which texts may run, what they run as, and how their results become lines."""
