"""Sources that can be added to a panel; see registry."""
