"""`python -m ramstack` is the command line."""

from ramstack.cli.main import run

if __name__ == "__main__":
    run()
