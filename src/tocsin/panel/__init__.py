"""Panels of states, dyads and leaders."""
