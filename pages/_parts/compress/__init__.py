"""What only the page Compress shows."""
