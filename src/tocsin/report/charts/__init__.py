"""The charts, as Vega-Lite by way of Altair: an assessment and a width in, a chart out, for report and dashboard."""

from tocsin.report.charts.force import forecast, reliability, statements, timeline, track
from tocsin.report.charts.game import probabilities, tornado, window
from tocsin.report.charts.power import pipeline, power, suppliers
from tocsin.report.charts.scenarios import scenarios, sensitivity
from tocsin.report.charts.strategy import condition, parameter_map
from tocsin.report.charts.style import spec
from tocsin.report.charts.world import world

__all__ = [
    "condition",
    "forecast",
    "parameter_map",
    "pipeline",
    "power",
    "probabilities",
    "reliability",
    "scenarios",
    "sensitivity",
    "spec",
    "statements",
    "suppliers",
    "timeline",
    "tornado",
    "track",
    "window",
    "world",
]
