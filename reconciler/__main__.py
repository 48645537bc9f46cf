"""`python -m reconciler`: the same program as the console script."""

import sys

from reconciler.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
