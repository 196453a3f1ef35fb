"""`python -m comvir`: the commands of the house."""

import sys

from comvir.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
