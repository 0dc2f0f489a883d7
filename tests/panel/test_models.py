"""Classic models on our panels, coefficient by coefficient against another program."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ModelError
from tocsin.panel.logit import fit_logit
from tocsin.store import Store

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "classic_models.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("classic_models", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["classic_models"] = module
    spec.loader.exec_module(module)
    return module


def other_program(x: Any, y: Any, groups: Any) -> tuple[Any, Any, Any, float]:
    """Coefficients, standard errors (plain and clustered) and log-likelihood of statsmodels' logit."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import statsmodels.api as sm

        model = sm.Logit(y, sm.add_constant(x))
        plain = model.fit(disp=0, method="newton", maxiter=200, tol=1e-12)
        clustered = model.fit(
            disp=0, method="newton", maxiter=200, tol=1e-12, cov_type="cluster", cov_kwds={"groups": groups}
        )
    return plain.params, plain.bse, clustered.bse, plain.llf


@pytest.mark.data
@pytest.mark.parametrize("title", ["Dangerous dyads", "Civil conflict onset", "Leaders and initiation"])
def test_against_statsmodels(store: Store, script: ModuleType, title: str) -> None:
    model, used, outcome, terms = script.MODELS[title](store)
    cluster = used.columns[-1]
    _, groups = np.unique(used[cluster].to_numpy(), return_inverse=True)
    coef, se, se_clustered, loglik = other_program(used.select(terms).to_numpy(), used[outcome].to_numpy(), groups)
    assert model.coef == pytest.approx(coef, abs=1e-6)
    assert model.se == pytest.approx(se, abs=1e-6)
    assert model.se_clustered == pytest.approx(se_clustered, abs=1e-6)
    assert model.loglik == pytest.approx(loglik, abs=1e-6)


@pytest.mark.data
def test_the_page_is_what_the_script_writes(store: Store, script: ModuleType) -> None:
    page = script.PAGE.read_text("utf-8")
    for title, make in script.MODELS.items():
        assert script.section(title, make.__doc__.strip(), make(store)[0]) in page, (
            "run python scripts/classic_models.py"
        )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_it_recovers_what_made_the_data(seed: int) -> None:
    g = np.random.default_rng(seed)
    x = g.normal(size=(4000, 2))
    y = g.uniform(size=4000) < 1 / (1 + np.exp(-(-1 + x @ [0.8, -0.5])))
    model = fit_logit(x, y, ("a", "b"))
    assert np.abs(model.coef - [-1, 0.8, -0.5]).max() < 6 * model.se.max()
    # At the maximum the scores vanish.
    p = 1 / (1 + np.exp(-(model.coef[0] + x @ model.coef[1:])))
    assert abs((y - p).sum()) < 1e-6


def test_what_cannot_be_fitted_is_refused() -> None:
    x, y = np.arange(20.0)[:, None], np.arange(20) >= 10
    with pytest.raises(ModelError, match=r"perfect predictor|collinear"):
        fit_logit(x, y, ("a",))
    with pytest.raises(ModelError, match="nothing to fit"):
        fit_logit(x, np.zeros(20), ("a",))
    with pytest.raises(ModelError, match="missing values"):
        fit_logit(np.full((20, 1), np.nan), y, ("a",))
    with pytest.raises(ModelError, match="collinear"):
        fit_logit(np.column_stack([x, x]), np.arange(20) % 2, ("a", "b"))
