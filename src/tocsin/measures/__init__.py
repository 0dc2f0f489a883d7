"""Power, its disparity and its shift; pipeline, suppliers, regimes, commitments."""
