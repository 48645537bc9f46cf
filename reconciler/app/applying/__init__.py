"""A plan applied to its store as a run: held by a lease, journalled, remembered.

Never in here: how one change is written.
"""
