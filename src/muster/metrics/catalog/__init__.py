from muster.metrics.catalog import customers, deals, leads, money, people, strength, work

__all__ = ["customers", "deals", "leads", "money", "people", "strength", "work"]
