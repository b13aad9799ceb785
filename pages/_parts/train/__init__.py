"""What only the page Train shows."""
