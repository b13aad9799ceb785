"""Sweeps and reproductions from the command line: here, in part, on a cluster."""
