from muster.metrics.catalog import credit, customers, deals, leads, money, people, strength, work

__all__ = ["credit", "customers", "deals", "leads", "money", "people", "strength", "work"]
