"""Records to figures: plain Plotly JSON, no computing, no page.

Conventions.  A figure is a dictionary ``{"data": [...], "layout": {...}}`` as Plotly takes it.
Colours are names such as ``theme:0`` or ``theme:muted`` (see `hts.studio.figures.theme`), turned
into the viewer's light or dark palette when drawn, so one figure serves both.  Every function takes
a sequence of runs: the first is the run itself, the second its twin, up to five in a comparison.
"""
