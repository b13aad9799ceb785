"""Pruning somebody's PyTorch module: masks on its units, and the smaller module without them."""
