"""What only the page Runs shows."""
