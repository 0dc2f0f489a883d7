"""A case: a folder of sourced tables a person can read and a tool can check."""
