"""`python -m reconciler`: the same program as the console script."""

from reconciler.cli.main import run

if __name__ == "__main__":
    run()
