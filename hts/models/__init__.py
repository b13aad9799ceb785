"""Networks: fully connected nets without biases, and how their weights are drawn.

Import from the submodules: they load torch, this package does not.
"""
