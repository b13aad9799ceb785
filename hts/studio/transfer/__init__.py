"""What goes out of a store and comes back as files: backups, exports, last weights."""
