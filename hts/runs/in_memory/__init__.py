"""`hts.train` and `hts.sweep`: runs in memory, with tables and figures for a notebook."""
