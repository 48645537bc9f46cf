"""Plans between their making and their applying: kept as files, shown, compared, approved.

Never in here: how one is made.
"""
