"""What to watch: observations that would change the judgment, read from the tables of a case."""
