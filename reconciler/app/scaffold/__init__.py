"""What a new repository starts from: example, CI, editor, and the schemas of its files.

Never in here: a store asked.
"""
