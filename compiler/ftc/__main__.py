"""`python -m ftc`."""

import sys

if not sys.flags.safe_path and __name__ == "__main__":
    # Python puts the current folder first: what lies there is data, and may be called as a library is.
    del sys.path[0]

from ftc.cli import main

if __name__ == "__main__":
    main()
