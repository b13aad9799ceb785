"""Networks without biases, fully connected and convolutional, and how their weights are drawn.

Import from the submodules: they load torch, this package does not.
"""
