"""A figure of one's own: the training loss on the board of a run and in comparisons.

HTS_PLUGINS=examples/own_figure.py streamlit run app.py
"""

from hts.studio.figures.axes import axis, figure, line
from hts.studio.figures.card import Card
from hts.studio.figures.run import RUN_FIGURES, RunFigure


def losses(runs):
    traces = []
    for i, run in enumerate(runs):
        steps = [point.step for point in run.evaluations]
        traces.append(line(run.label, steps, [p.train_loss for p in run.evaluations], i))
    drawn = figure(traces, runs[0].id, xaxis=axis("step"), yaxis=axis("training loss"))
    said = "Training loss against steps."
    return Card(id="losses", title="Training loss", caption=said, alt=said, figure=drawn)


RUN_FIGURES.register(RunFigure(name="losses", place=45, draw=losses, compares=True))
