"""What stores and exports hold becomes files of the catalog. Never in here: anything that is written to a store."""
