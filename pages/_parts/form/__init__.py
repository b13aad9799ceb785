"""The form of a run: settings, address, submission."""
