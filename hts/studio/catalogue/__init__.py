"""Many runs: what they are sorted and filtered by, pages of them, and seeds folded into one."""
