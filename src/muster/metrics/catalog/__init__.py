from muster.metrics.catalog import deals, money, people, work

__all__ = ["deals", "money", "people", "work"]
