"""What only the page Classroom shows."""
