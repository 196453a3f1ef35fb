"""One figure in this process: `python -m bench.alone NAME SCALE` prints what it found as JSON, on its last line."""

import json
import sys
from importlib import import_module

if __name__ == "__main__":
    name, scale = sys.argv[1:]
    found = import_module(f"bench.{name}").measure(scale)
    print("\n" + json.dumps(found))
