"""Networks compared seed by seed with their controls: medians, intervals, signs.  No torch."""
