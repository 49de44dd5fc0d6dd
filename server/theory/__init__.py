"""Theory: best replies, equilibria, optimum, groups, leadership, votes and runs of a scenario.

Reads a `Scenario` and knows no session, store or socket. Works in floating point on whole
grids of pledges at once; figures that are reported come from the engine's own ledger. Needs
numpy, so whoever starts without it imports this package inside the function that uses it.
"""
