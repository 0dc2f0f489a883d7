"""Parts of make_evidence.py: what is measured, the data, the estimates, the gap of power."""
