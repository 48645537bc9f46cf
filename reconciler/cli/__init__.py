"""The command line: options in, exit code out. Nothing is decided here, and heavy imports wait for their command."""
