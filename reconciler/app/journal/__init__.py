"""Journals: written, chained, read and verified, and the runs that they tell of. Never in here: a change made."""
