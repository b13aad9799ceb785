"""What only the page Admin shows."""
