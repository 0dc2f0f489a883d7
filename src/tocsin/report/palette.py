"""Colours of charts and page, one name each with a light and a dark value; charts carry the light one as a key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """A colour: its name in CSS, and its values on light and on dark ground."""

    name: str
    light: str
    dark: str


PAPER = Colour("paper", "#fcfcfa", "#16181c")
INK = Colour("ink", "#1d2025", "#e8e6e1")
MUTED = Colour("muted", "#5a616b", "#a7adb5")
GRID = Colour("grid", "#dcddd9", "#343840")
LINE = Colour("line", "#8a9099", "#737a84")
PANEL = Colour("panel", "#f1f1ed", "#1f2228")
# State a, state b: blue and vermilion of Okabe and Ito (2008), lightened on dark ground.
STATE_A = Colour("state-a", "#0b62a4", "#6bb6f0")
STATE_B = Colour("state-b", "#b8480a", "#f0935a")
# Modes of force, from mild to grave: growing contrast with the ground and a hue of their own.
THREAT = Colour("threat", "#77808c", "#8d96a3")
INCURSION = Colour("incursion", "#a67c00", "#d0a52e")
STRIKE = Colour("strike", "#c03a2b", "#f0766a")
WAR = Colour("war", "#6a1b4d", "#d991c4")
# Further series, told apart by dash and label as well.
SERIES = (
    Colour("s1", "#1d2026", "#e8e6e2"),
    Colour("s2", "#b8480b", "#f0935b"),
    Colour("s3", "#0b62a5", "#6bb6f1"),
    Colour("s4", "#00795a", "#3fc49c"),
    Colour("s5", "#8a4f9e", "#c79bd6"),
    Colour("s6", "#8a6d00", "#d0a52f"),
)
MODES = {"threat": THREAT, "incursion": INCURSION, "strike": STRIKE, "war": WAR}
# Statement types: graver ones share the hues of the modes.
STATEMENTS = {
    "threat": Colour("st-threat", "#c03a2c", "#f0766b"),
    "red line": Colour("st-red-line", "#6a1b4e", "#d991c5"),
    "demand": Colour("st-demand", "#a67c01", "#d0a52d"),
    "warning": Colour("st-warning", "#77808d", "#8d96a4"),
    "denial": Colour("st-denial", "#0b62a6", "#6bb6f2"),
    "reassurance": Colour("st-reassurance", "#00795b", "#3fc49d"),
    "none": Colour("st-none", "#8a909a", "#737a85"),
}
# Steps of a share from 0 to 1 on the parameter map.
RAMP = (
    Colour("r0", "#eeeeea", "#24272d"),
    Colour("r1", "#f5dcc4", "#4a3524"),
    Colour("r2", "#eab98c", "#7a4f2c"),
    Colour("r3", "#d98a4e", "#b06a35"),
    Colour("r4", "#b85a1e", "#e0904f"),
    Colour("r5", "#7f3509", "#ffc08a"),
)
ALL = (
    *(PAPER, INK, MUTED, GRID, LINE, PANEL, STATE_A, STATE_B),
    *MODES.values(),
    *SERIES,
    *STATEMENTS.values(),
    *RAMP,
)


def css(*, switch: bool = False) -> str:
    """Return the style rules that give every colour its value in either theme, on the page and inside charts.

    Parameters
    ----------
    switch : bool
        Let ``data-theme`` of the page, ``light`` or ``dark``, stand above what the reader's system prefers.
    """
    light = ";".join(f"--{c.name}:{c.light}" for c in ALL)
    dark = ";".join(f"--{c.name}:{c.dark}" for c in ALL)
    if switch:
        rules = [
            f":root{{color-scheme:light dark;{light}}}",
            f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
            f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}",
            "@media screen{:root[data-theme=light]{color-scheme:light}}",
        ]
    else:
        rules = [f":root{{{light}}}", f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"]
    for c in ALL:
        rules.append(
            f'svg [fill="{c.light}"]{{fill:var(--{c.name})}}svg [stroke="{c.light}"]{{stroke:var(--{c.name})}}'
        )
    return "\n".join(rules)


def contrast(one: str, two: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance).

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)
