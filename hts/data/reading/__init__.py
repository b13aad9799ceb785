"""Reading datasets: published files, downloads, and the tables that users bring."""
