"""A hosted lab to attack, and the attacks on it: see `bench.attacks`."""
