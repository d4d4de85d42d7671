"""`python -m ftc`."""

from ftc.cli import main

if __name__ == "__main__":
    main()
