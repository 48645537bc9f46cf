"""What a plan must not do unless somebody accepts it by name: money and losses. Pure; knows what commerce means.

One small predicate a rule. Nothing here reads a store or changes a plan; the plan is written and shown all the same.
"""
