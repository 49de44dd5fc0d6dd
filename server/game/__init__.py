"""The game itself: pure rules over frozen data.

Standard library only. Nothing here reads a clock, draws a random number or does
input or output; times and draws are handed in. Money is whole US$ millions.
"""
