"""The use cases: files, mapping, planner and store, wired together. The place where siblings meet."""
