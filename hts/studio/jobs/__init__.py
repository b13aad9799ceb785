"""Local execution: a small scheduler, warm workers, and what people ask of them; torch-free."""
