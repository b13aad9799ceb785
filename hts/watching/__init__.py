"""Watching somebody else's training: when to look, what a look finds, and that it never hurts.

Nothing here writes to disk: `hts.watch` gives its session a recorder of the studio.
"""
