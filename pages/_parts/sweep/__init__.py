"""What only the page Sweep shows."""
