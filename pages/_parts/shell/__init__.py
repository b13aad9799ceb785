"""Frame, sign-in, address, notices, cache: what every page stands in."""
