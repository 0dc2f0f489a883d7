"""The rules that decide the type of a statement, read from lexicon.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TYPES = ("threat", "demand", "red line", "warning", "reassurance", "denial", "none")
# How a state that is named in a sentence is written for the rules.
STATE = "xstatex"


@dataclass(frozen=True)
class Rule:
    """One rule: words that speak for a type.

    Parameters
    ----------
    id : str
        Its name.
    type : str
        Type it speaks for.
    weight : float
        How much.
    pattern : re.Pattern
        On the lower-case sentence, states of others written as ``STATE``.
    own : bool
        Whether it needs words for the speaker's own side, where it is not known whom the text is about.
    about, reference : str
        What it stands for, and where the idea is from.
    """

    id: str
    type: str
    weight: float
    pattern: re.Pattern[str]
    own: bool
    about: str
    reference: str


@dataclass(frozen=True)
class Lexicon:
    """All rules, topics and words of blame.

    Parameters
    ----------
    version : str
        Of the file.
    least : float
        Sum of weights that a type needs.
    order : tuple of str
        Types in the order in which ties are broken.
    rules : tuple of Rule
        The rules.
    topics : dict of str to re.Pattern
        Topic -> its words.
    blame, absolute, force : re.Pattern
        Words of blame; words that leave no way back; words of armed force.
    """

    version: str
    least: float
    order: tuple[str, ...]
    rules: tuple[Rule, ...]
    topics: dict[str, re.Pattern[str]]
    blame: re.Pattern[str]
    absolute: re.Pattern[str]
    force: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """Return the shipped lexicon.

    Examples
    --------
    >>> sorted({rule.type for rule in lexicon().rules}) == sorted(set(TYPES) - {"none"})
    True
    """
    told = tomllib.loads(files("tocsin.rhetoric").joinpath("lexicon.toml").read_text("utf-8"))
    terms: dict[str, str] = told["terms"]

    def filled(pattern: str) -> re.Pattern[str]:
        for name, words in terms.items():
            pattern = pattern.replace("{" + name + "}", words)
        return re.compile(pattern)

    rules = tuple(
        Rule(
            r["id"],
            r["type"],
            float(r["weight"]),
            filled(r["pattern"]),
            r.get("own", False),
            r["about"],
            r["reference"],
        )
        for r in told["rule"]
    )
    topics = {
        name: re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b") for name, words in told["topics"].items()
    }
    return Lexicon(
        told["version"],
        float(told["least"]),
        tuple(told["order"]),
        rules,
        topics,
        re.compile(told["blame"]["pattern"]),
        re.compile(rf"\b{terms['absolute']}\b"),
        re.compile(rf"\b{terms['force']}\b"),
    )
