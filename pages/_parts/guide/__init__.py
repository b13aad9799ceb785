"""What only the page Guide shows."""
