"""`hts.watch` and the store: a foreign training is recorded where the app finds it."""
