"""What only the page Noise shows."""
