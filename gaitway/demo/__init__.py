"""A world to look at: Brimwell, an invented maker of refillable household goods, two years up to today."""
