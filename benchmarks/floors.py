"""Floors: the least that any program can do with the same files. Imports nothing of ours.

python benchmarks/floors.py yaml FOLDER     # parse every YAML file and forget it, with the fastest parser there is
python benchmarks/floors.py json FOLDER     # the same with the same data as JSON
"""

import gc
import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    gc.disable()
    form, folder = sys.argv[1:]
    files = sorted(Path(folder).rglob(f"*.{form}"))
    if form == "yaml":
        import yaml_rs

        for file in files:
            yaml_rs.loads(file.read_text(encoding="utf-8"))
    else:
        import orjson

        for file in files:
            orjson.loads(file.read_bytes())


if __name__ == "__main__":
    main()
