"""The report: the assessment as charts and one self-contained page."""
