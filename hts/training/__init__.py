"""The update, the loop and what hangs on it.

Import from the submodules: they load torch, this package does not.
"""
