"""The composition root: configuration -> training -> tails and pruning -> store; presets; CLI.

Modules that need torch (`session`, `analysis`, `execute`) are imported where they are used.
"""
