"""The house as it is served, but for one thing: its hub may deliver to these ports of this machine.

`python -m bench.widened PORT CALLBACK_PORT` serves it.
"""

import sys

from comvir.cli import main
from comvir.feeds import outside
from comvir.lib.fetch import Policy

if __name__ == "__main__":
    port, callback = sys.argv[1:]
    outside.policy = Policy(allowed=frozenset({("127.0.0.1", int(callback))}))
    sys.exit(main(["serve", "--empty", "--port", port]))
