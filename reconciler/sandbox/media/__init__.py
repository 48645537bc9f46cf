"""Files and media: where their content comes from, what becomes of it, and on which products it is shown."""
