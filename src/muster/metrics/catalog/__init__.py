from muster.metrics.catalog import deals, people, strength, work

__all__ = ["deals", "people", "strength", "work"]
