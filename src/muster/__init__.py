"""Muster 点将: know every one in the company, and name the right one for the task."""

__version__ = "0.1.0"
