from muster.metrics.catalog import deals, people, work

__all__ = ["deals", "people", "work"]
