"""Adapters for researchers' libraries: PettingZoo environments, Gambit files, payoff tensors.

Each module needs its own extra and none of the others; the game knows nothing of them.
"""
