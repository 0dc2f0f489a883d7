"""Results of the literature on shifting power as small pure functions, one module per result.

Notation throughout: the pie is 1 per period, ``d`` the discount factor, ``B = 1/(1-d)`` the present value of all pies,
D the declining and R the rising state, ``p`` the chance that R wins a war, ``W_i`` (or ``M_i``) the value of war to i.
All functions take numbers or arrays and broadcast. The module ``oracle`` solves the same games backwards in time and
is the second implementation that the tests hold the closed forms against.
"""

from tocsin.strategy.theory import (
    bas_coe2012,
    debs_monteiro2014,
    fearon1995,
    krainin2017,
    oracle,
    powell2004,
    risk,
    schram2021,
    signorino1999,
    spaniel2019,
)

__all__ = [
    "bas_coe2012",
    "debs_monteiro2014",
    "fearon1995",
    "krainin2017",
    "oracle",
    "powell2004",
    "risk",
    "schram2021",
    "signorino1999",
    "spaniel2019",
]
