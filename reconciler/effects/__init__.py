"""What a plan brings about beyond what it writes: who joins and leaves automatic collections, what is found no more.

Pure; groups come one at a time, as they are and as they will be. It says ``product``, ``tag`` and ``price`` by name,
because that is what it is about. It never reads a store, and never steers a plan.
"""
