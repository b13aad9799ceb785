"""The laws of `hts.stable` held against others: ``python -m bench nolan``."""
