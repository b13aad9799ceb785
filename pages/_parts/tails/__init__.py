"""What only the page Tails shows."""
