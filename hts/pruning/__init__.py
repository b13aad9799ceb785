"""Which units go: criteria, and what accuracy and error remain."""
