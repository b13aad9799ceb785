"""What somebody did with a run: its settings, what came of it, and how to write it up."""
