from muster.metrics.catalog import deals, money, people, strength, work

__all__ = ["deals", "money", "people", "strength", "work"]
