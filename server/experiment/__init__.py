"""Experiments as data: what a researcher sets, and what follows from it.

Everything here is pure: who plays with whom under which treatment, neutral labels, payments.
Knows no room, no store and no clock.
"""
