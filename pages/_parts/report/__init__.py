"""What only the page "What I did" shows, and what leads there."""
