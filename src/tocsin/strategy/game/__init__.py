"""The dynamic game between a state that holds an advantage (A) and one that rises (B), solved with certificates."""
