"""The world map of the watchlist: land as lines of dots, capitals of that year, and lines between the two of a dyad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tocsin.report import palette as c
from tocsin.report.charts.style import SMALL, data


@dataclass(frozen=True)
class Arc:
    """A dyad on the map; degrees.

    Parameters
    ----------
    name : str
        Both states, in words.
    chance : float
        P(strike or war).
    ends : tuple
        Longitude and latitude of either capital.
    """

    name: str
    chance: float
    ends: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class World:
    """What the map shows.

    Parameters
    ----------
    land : list of (latitude, first longitude, last longitude)
        Stretches of land along parallels, in degrees; no border of any day is drawn.
    capitals : list of (name, longitude, latitude)
        Capitals of the states of the year.
    arcs : list of Arc
        The dyads, gravest first.
    """

    land: list[tuple[float, float, float]]
    capitals: list[tuple[str, float, float]]
    arcs: list[Arc]


STEPS = (0.1, 0.25, 0.5)
BANDS = ("under 10 %", "10 % to 25 %", "25 % to 50 %", "50 % and more")
SHADES = (c.LINE, c.INCURSION, c.STRIKE, c.WAR)
WIDTHS = (1.2, 1.8, 2.6, 3.4)
DEGREES = 2.0
SOUTH = -58
POLAR = 75


def world(w: World, width: int) -> Any:
    """The dyads of the watchlist on a map; thicker and darker lines are likelier."""
    import altair as alt

    land = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "MultiPoint", "coordinates": _dots(w.land, 3.0 if width < SMALL else DEGREES)},
    }
    arcs = [
        {
            "type": "Feature",
            "properties": {"dyad": a.name, "chance": f"{100 * a.chance:.0f} %", "band": BANDS[_band(a.chance)]},
            "geometry": {"type": "LineString", "coordinates": _line(*a.ends)},
        }
        for a in reversed(w.arcs)
    ]
    at_risk = {e for a in w.arcs for e in a.ends}
    places = [{"name": name, "x": lon, "y": lat, "listed": (lon, lat) in at_risk} for name, lon, lat in w.capitals]
    listed, other = (12, 3) if width < SMALL else (26, 7)
    size = 0.9 if width < SMALL else 1.4
    ground = alt.Chart(alt.InlineData(values=[land])).mark_geoshape(fill=c.LINE.light, stroke=None, opacity=0.7)
    lines = (
        alt.Chart(alt.InlineData(values=arcs))
        .mark_geoshape(filled=False, strokeCap="round", opacity=0.85)
        .encode(
            stroke=alt.Stroke(
                "properties.band:N",
                scale=alt.Scale(domain=list(BANDS), range=[s.light for s in SHADES]),
                legend=alt.Legend(
                    orient="bottom",
                    direction="horizontal",
                    columns=2 if width < SMALL else 4,
                    title="P(strike or war) within a year",
                    symbolType="stroke",
                ),
            ),
            strokeWidth=alt.StrokeWidth(
                "properties.band:N", scale=alt.Scale(domain=list(BANDS), range=list(WIDTHS)), legend=None
            ),
        )
    )
    points = (
        alt.Chart(data(places))
        .mark_circle(opacity=1)
        .encode(
            longitude="x:Q",
            latitude="y:Q",
            size=alt.condition("datum.listed", alt.value(listed), alt.value(other)),
            color=alt.condition("datum.listed", alt.value(c.INK.light), alt.value(c.MUTED.light)),
        )
    )
    return (
        alt.layer(ground, lines, points)
        .project(type="equalEarth", pointRadius=size)
        .properties(width=width - 6, height=round(0.43 * width))
    )


def _band(chance: float) -> int:
    return sum(chance >= s for s in STEPS)


def _line(one: tuple[float, float], two: tuple[float, float], steps: int = 24) -> list[list[float]]:
    """Return the shortest way between two places; where it leads near a pole, the way along the parallels instead.

    The map stretches a pole to a line, so that a way past it would run along the edge.
    """
    import numpy as np

    t = np.linspace(0, 1, steps + 1)[:, None]
    (lon1, lat1), (lon2, lat2) = one, two
    ends = [
        np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        for lon, lat in np.radians([one, two])
    ]
    angle = np.arccos(np.clip(ends[0] @ ends[1], -1, 1))
    across = (lon2 - lon1 + 180) % 360 - 180
    straight = np.hstack([(lon1 + across * t + 180) % 360 - 180, lat1 + (lat2 - lat1) * t])
    if not 1e-6 < angle < np.pi - 1e-6:
        return [[round(float(x), 3) for x in p] for p in straight]
    way = (np.sin((1 - t) * angle) * ends[0] + np.sin(t * angle) * ends[1]) / np.sin(angle)
    great = np.degrees(np.column_stack([np.arctan2(way[:, 1], way[:, 0]), np.arcsin(way[:, 2])]))
    chosen = straight if np.abs(great[:, 1]).max() > POLAR else great
    return [[round(float(x), 3) for x in p] for p in chosen]


def _dots(land: list[tuple[float, float, float]], step: float) -> list[list[float]]:
    """Return places on land, about ``step`` degrees of a great circle apart, so that the poles are not crowded."""
    import math

    out: list[list[float]] = []
    last: float | None = None
    for latitude, first, end in land:
        # Nobody has a capital south of that.
        if latitude < SOUTH or (last is not None and latitude != last and abs(latitude - last) < step - 0.01):
            continue
        last = latitude
        apart = step / max(0.2, math.cos(math.radians(latitude)))
        column = math.ceil((first + 180) / apart)
        while (longitude := round(column * apart - 180, 2)) <= end + DEGREES / 2:
            out.append([longitude, latitude])
            column += 1
    return out
