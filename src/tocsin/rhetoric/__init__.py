"""What leaders say, as data: a transparent coder of statements and directed counts of who names whom."""
