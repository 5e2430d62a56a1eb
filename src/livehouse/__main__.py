"""`python -m livehouse` is the command `livehouse`."""

from livehouse.cli import main

if __name__ == "__main__":
    main()
