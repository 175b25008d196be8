from muster.metrics.catalog import credit, customers, deals, funnel, leads, money, people, pools, rivals, strength, work

__all__ = ["credit", "customers", "deals", "funnel", "leads", "money", "people", "pools", "rivals", "strength", "work"]
