"""Run the command line with `python -m tocsin`."""

from tocsin.cli.app import main

if __name__ == "__main__":
    main()
