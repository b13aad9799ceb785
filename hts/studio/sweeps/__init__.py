"""What a sweep is: its settings, values, groups, cost, table and export."""
