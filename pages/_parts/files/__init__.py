"""What the page Files shows."""
