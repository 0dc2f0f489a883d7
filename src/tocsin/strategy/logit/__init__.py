"""Any finite two-player stochastic game with logit choice: solved by iteration or by following the branch of
equilibria.

Give payoffs and transitions as arrays (`StochasticGame`), call `solve`, read the certificate. Nothing here knows about
states, arms or wars.
"""

from tocsin.strategy.logit.game import StochasticGame
from tocsin.strategy.logit.solve import LogitSolution, solve

__all__ = ["LogitSolution", "StochasticGame", "solve"]
