"""What needs a disk, people or processes: store, figures, lab, jobs, sweeps, the command line.

It imports ``hts`` freely; nothing in ``hts`` outside this folder imports it (but ``__main__``).
"""
