"""The theorems as experiments: particle systems, couplings, Euler and chaos errors, other tails.

Model.  One hidden layer of n units in mean-field form, ``f(x) = (1/n) sum_i v_i h(<theta^i, x>)``,
second layer v fixed and tied to the unit number, squared loss R over m examples.  One step of size
eta moves unit i by

    theta^i_{k+1} = theta^i_k - eta n dR/dtheta^i (Theta_k) + sigma eta^(1/alpha) xi^i_k,

where the factor n makes the drift of one unit of order one.  Unit i's initial value, its v_i and
its noise are functions of (seed, i): a small system is the beginning of a large one, bit for bit.

``settings``, ``records``, ``fit``, ``kesten``, ``linear``, ``grid_law`` and ``pure_noise`` need
NumPy and SciPy only; what simulates brings torch.  Importing this package brings neither.
"""
