"""Stable laws and the noise of a training step.

Convention, here and below: symmetric alpha-stable (S1), ``E exp(iuX) = exp(-|su|^alpha)`` with
0 < alpha <= 2 and scale s.  At alpha = 2 that is N(0, 2 s^2): the variance is twice s^2.

``types`` and ``law`` need NumPy and SciPy only; ``stable``, ``sources``, ``sample`` and ``verify``
bring torch.  Import from those modules: this file imports nothing, so that naming a noise type
stays cheap.
"""
