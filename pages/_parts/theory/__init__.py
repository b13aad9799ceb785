"""What only the page Theory shows."""
