"""The estimators, and what several of them share: likelihood, inversion, goodness of fit."""
