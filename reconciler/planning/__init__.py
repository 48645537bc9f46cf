"""Desired and live → plan. Pure: values in, values out. The only importer of deepdiff."""
