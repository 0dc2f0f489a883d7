"""Public data sets: one declaration per release; fetching, verifying and reading them."""
