"""Sweeps beyond one machine: on a Ray cluster, or as the tasks of a Slurm job array.

Workers have no store: they get settings and data, and give back results.  One process, the head,
writes the store.  Ray is an optional extra (``cluster``), imported by
`hts.studio.cluster.connect` once an address is asked for; importing this package loads neither it
nor torch.
"""
