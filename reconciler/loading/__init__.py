"""Files become the model, and back. The only importer of YAML and git; what values mean is decided elsewhere."""
