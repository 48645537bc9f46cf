"""One module for each kind: its fields, its KIND, its CODEC. Pure. Kinds never import one another."""
