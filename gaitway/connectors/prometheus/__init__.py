"""KPIs from Prometheus, or what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics). A KPI's query is PromQL; its value
for a period is what the expression gives at the period's end. `moments` says when that is, `server` asks,
`table` makes columns of series."""

from .parent import Prometheus

__all__ = ["Prometheus"]
