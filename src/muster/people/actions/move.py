"""Dated assignments: where somebody stands, from when."""
