"""What the record of force says of the game's parameters, and what it does not say."""
