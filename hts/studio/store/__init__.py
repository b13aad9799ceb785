"""Runs and sweeps on disk: SQLite (WAL) for rows, one folder per run for files; torch-free."""
