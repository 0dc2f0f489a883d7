"""Time and memory of panels beside those of the reference program, R's peacesciencer.

Where R and the package are installed, both sides are measured in this run; elsewhere ours stands beside the documented
figures of peacesciencer 1.3. Each job runs in a process of its own, from an empty start to a collected table. Needs a
store (tocsin data fetch), or a mirror in TOCSIN_MIRROR from which one is built. Run: python scripts/bench_panel.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MIRROR = Path(os.environ.get("TOCSIN_MIRROR", Path(__file__).resolve().parents[2] / "shared" / "data"))
TWELVE = (
    "nmc contiguity capital_distance majors atop democracy rivalries gml_mids cow_mids minimum_distance "
    "gdp_population igos"
)
# Job -> code after `s` is the store; documented seconds and MB of the reference, where there are any.
JOBS: dict[str, tuple[str, float | None, float | None]] = {
    "directed dyad-years 1816-2014": ("d = tocsin.dyad_years(1816, 2014, store=s).collect()", 6.4, None),
    "directed 1816-2010 with 12 additions": (
        f"d = tocsin.dyad_years(1816, 2010, store=s).add(*'{TWELVE}'.split()).collect()",
        69.4,
        4400,
    ),
    "dangerous dyads: relevant 1816-2010, spells": (
        "d = tocsin.dyad_years(1816, 2010, directed=False, store=s).relevant(slice='first').add('gml_mids', "
        "'contiguity', 'majors', 'nmc', 'democracy', 'atop', 'gdp_population').spells('gmlmidongoing>=1').collect()",
        17.0,
        None,
    ),
    "dyad-months 1946-2014, relevant, modes": (
        "d = tocsin.dyad_months(1946, 2014, directed=False, store=s).relevant().add('modes', 'nmc').collect()",
        None,
        None,
    ),
    "writing the 12-addition columns once (copy)": (
        f"d = tocsin.dyad_years(1816, 2010, store=s).add(*'{TWELVE}'.split()).collect(); t = time.perf_counter(); "
        "e = [x.to_numpy().copy() if x.dtype.is_numeric() else x.clone() for x in d.get_columns()]",
        None,
        None,
    ),
}
# The same jobs for the reference program, where it has them.
R_JOBS = {
    "directed dyad-years 1816-2014": "d <- create_dyadyears(subset_years = c(1816:2014))",
    "directed 1816-2010 with 12 additions": """d <- create_dyadyears(subset_years = c(1816:2010)) |> add_nmc() |>
        add_contiguity() |> add_capital_distance() |> add_cow_majors() |> add_atop_alliance() |> add_democracy() |>
        add_strategic_rivalries() |> add_gml_mids() |> add_cow_mids() |> add_minimum_distance(use_extdata = FALSE) |>
        add_sim_gdp_pop() |> add_igos()""",
    "dangerous dyads: relevant 1816-2010, spells": """d <- create_dyadyears(directed = FALSE,
        subset_years = c(1816:2010)) |> add_gml_mids() |> add_contiguity() |> add_cow_majors() |> filter_prd() |>
        add_nmc() |> add_democracy() |> add_atop_alliance() |> add_sim_gdp_pop() |> add_spells()""",
}
R_CODE = """suppressMessages(library(peacesciencer)); t <- proc.time()[["elapsed"]]
suppressMessages({{ {code} }})
cat(proc.time()[["elapsed"]] - t, sum(gc()[, 6]), nrow(d), ncol(d))"""
CODE = """
import sys, time, resource
from pathlib import Path
import tocsin
from tocsin.store import Store
import tocsin.panel.panel, polars
s = Store(Path(sys.argv[1]))
t = time.perf_counter()
exec(sys.argv[2])
took = time.perf_counter() - t
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, d.height, d.width)
"""


def reference(job: str) -> tuple[float | None, float | None]:
    """Return seconds and MB of the reference program for a job, measured in this run."""
    out = subprocess.run(
        ["Rscript", "--vanilla", "-e", R_CODE.format(code=R_JOBS[job])], capture_output=True, text=True, check=True
    ).stdout.split()
    return float(out[0]), float(out[1])


def has_reference() -> bool:
    """Return whether R and its package are installed."""
    if shutil.which("Rscript") is None:
        return False
    ask = 'quit(status = !requireNamespace("peacesciencer", quietly = TRUE))'
    return subprocess.run(["Rscript", "--vanilla", "-e", ask], capture_output=True, check=False).returncode == 0


def main() -> None:
    """Run every job of ours three times and print the best time and the highest memory."""
    from tocsin.store import Store, open_store
    from tocsin.store.build import fetch

    with tempfile.TemporaryDirectory() as folder:
        store = open_store()
        if not store.has("nmc"):
            store = Store(Path(folder))
            fetch(store, mirror=MIRROR)
        live = has_reference()
        print(f"reference: {'peacesciencer, measured in this run' if live else 'documented figures; R is not here'}")
        print(f"{'job':<46}{'rows x columns':>18}{'s':>8}{'MB':>8}{'reference s':>13}{'times':>7}{'MB':>7}")
        for job, (code, seconds, memory) in JOBS.items():
            runs = []
            for _ in range(3):
                command = [sys.executable, "-c", CODE, str(store.root), code]
                out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
                runs.append(tuple(float(x) for x in out))
            if live and job in R_JOBS:
                seconds, memory = reference(job)
            best, peak = min(r[0] for r in runs), max(r[1] for r in runs)
            size = f"{int(runs[0][2]):,} x {int(runs[0][3])}"
            shown = f"{seconds:>13.1f}{seconds / best:>7.0f}" if seconds else ""
            shown += f"{memory:>7.0f}" if memory else ""
            print(f"{job:<46}{size:>18}{best:>8.2f}{peak:>8.0f}{shown}")


if __name__ == "__main__":
    sys.exit(main())
