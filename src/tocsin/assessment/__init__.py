"""The assessment: one typed object that holds every result."""
