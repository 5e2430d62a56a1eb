"""The command line: `livehouse …`."""

from livehouse.cli.main import main

__all__ = ["main"]
