"""A record of invented dyads."""

from __future__ import annotations

import numpy as np

from tocsin.forecast.record import FIRST, LAST, Record

YEARS = LAST - FIRST + 1


def made_up(seed: int, dyads: int = 60) -> Record:
    """A record in which violent dyads stay violent, and either side may act."""
    g = np.random.default_rng(seed)
    shape = (dyads, YEARS)
    risk = g.beta(0.3, 3, dyads)[:, None]
    acts = np.where(g.uniform(size=(2, *shape)) < risk, g.integers(1, 5, (2, *shape)), 0).astype(np.int8)
    when = np.where(acts > 0, g.integers(1, 13, (2, *shape)) / 12, 0).astype(np.float32)
    strikes = np.where(acts >= 3, when, 0).astype(np.float32)
    events = np.stack([(acts > 0) * 1, (acts >= 3) * 1, (acts == 4) * 1], axis=1).astype(np.int16)
    yes = np.ones(shape, bool)
    land = np.repeat(g.uniform(size=(dyads, 1)) < 0.5, YEARS, axis=1)
    powers = {f"cinc{i}": g.uniform(0.001, 0.1, shape) for i in (1, 2)}
    leaders = {f"new leader{i}": (g.uniform(size=shape) < 0.2) * 1.0 for i in (1, 2)}
    distance = {"capdist": np.repeat(g.uniform(10, 9000, (dyads, 1)), YEARS, axis=1)}
    return Record(
        np.arange(dyads),
        np.arange(dyads) + 500,
        yes,
        land,
        yes,
        yes,
        np.zeros(shape, np.int8),
        acts,
        np.stack([when, strikes], axis=1),
        events,
        g.integers(0, 3, (2, 3, *shape)).astype(np.int16),
        statistics=powers | leaders | distance,
    )


def changed_from(record: Record, year: int) -> Record:
    """The same record with everything turned round from a year on."""
    import dataclasses

    t = year - FIRST
    acts, when, events, abroad = (x.copy() for x in (record.acts, record.when, record.events, record.abroad))
    acts[..., t:] = 4 - acts[..., t:]
    when[..., t:] = 1 - when[..., t:] / 2
    events[..., t:] += 7
    abroad[..., t:] += 7
    statistics = {k: v.copy() for k, v in record.statistics.items()}
    for v in statistics.values():
        v[:, t:] = 0.5
    rival = record.rival.copy()
    rival[:, t:] = False
    return dataclasses.replace(
        record, acts=acts, when=when, events=events, abroad=abroad, statistics=statistics, rival=rival
    )
