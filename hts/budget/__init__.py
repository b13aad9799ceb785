"""What a run will take: memory and work, estimated before it starts.  No torch."""
