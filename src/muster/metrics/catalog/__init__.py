from muster.metrics.catalog import deals, leads, people, work

__all__ = ["deals", "leads", "people", "work"]
