"""The command line: parses and shows, holds no analysis."""
