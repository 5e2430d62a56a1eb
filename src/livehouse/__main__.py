"""`python -m livehouse` is the command `livehouse`."""

import gc


def main() -> None:
    """Read all modules, then do what the command line says.

    What two thousand modules hold stays: to look for garbage in it again and again while they are
    read took a quarter of every start.
    """
    gc.disable()
    from livehouse.cli import main as command  # noqa: PLC0415 - read after the line above

    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
