"""What only the page Reproduce shows."""
