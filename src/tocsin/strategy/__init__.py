"""The strategic reading: conditions from theory and the game behind preventive force."""
