"""Trainings of other programs: beside the runs, and each on its page."""
