"""What every background process needs: locks, identity, logs, settings."""
