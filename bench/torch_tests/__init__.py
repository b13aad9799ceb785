"""Torch's own tests of its optimizers, with ours in their place."""
