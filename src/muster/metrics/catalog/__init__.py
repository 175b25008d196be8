from muster.metrics.catalog import deals, leads, money, people, strength, work

__all__ = ["deals", "leads", "money", "people", "strength", "work"]
