"""The command line: `livehouse …`."""

import gc


def main() -> None:
    """The entry point. What a program loads stays loaded: to look through it for garbage again and
    again while it grows takes a quarter of the time that loading takes."""
    gc.disable()
    from livehouse.cli.main import main as run  # noqa: PLC0415 - the collector rests before it

    gc.freeze()
    gc.enable()
    run()


__all__ = ["main"]
