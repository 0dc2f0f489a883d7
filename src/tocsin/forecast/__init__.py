"""Probabilities by mode of force for a dyad and a horizon."""
