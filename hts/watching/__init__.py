"""Watching somebody else's training: when to look, what a look finds, and that it never hurts.

Nothing here writes to disk: `hts.watch` (`hts.studio.watching.live`) hands a recorder in.
"""
