"""A repository opened: its files written and noted, and what git asks of each store.

Never in here: what a store holds.
"""
