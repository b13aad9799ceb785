"""What only the price list of the page Reproduce shows."""
