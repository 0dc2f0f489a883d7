"""Claims of an argument under test: registered tests, their verdicts, and the evidence across states."""
