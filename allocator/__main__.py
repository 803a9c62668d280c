"""The console entry point, and ``python -m allocator``: small, so that Ctrl-C is answered while the rest is still loading."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from allocator.cli import main as program
    except KeyboardInterrupt:
        sys.stderr.write("cancelled\n")
        raise SystemExit(130) from None
    program()


if __name__ == "__main__":
    main()
