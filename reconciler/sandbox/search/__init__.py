"""Finding rows: the search syntax, its conditions in SQL, and the pages of what was found."""
