"""The paper's claims tried: settings, regimes, networks followed through them, verdicts."""
