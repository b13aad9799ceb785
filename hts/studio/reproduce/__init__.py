"""The paper's claims: protocol, pairs of runs, rules, verdicts, words."""
