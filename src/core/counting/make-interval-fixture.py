"""Writes intervals.fixture.json: reference values for intervals.test.ts, made by SciPy (pip install scipy==1.17.1)."""
import json
from pathlib import Path

import scipy
from scipy.stats import binomtest, chi2

COUNTS = [0, 1, 2, 3, 5, 10, 17, 50, 99, 100, 101, 500, 1000, 4321, 10_000, 123_456, 1_000_000]
SHARES = [(0, 1), (1, 1), (0, 10), (1, 10), (5, 10), (10, 10), (3, 1000), (250, 1000), (999, 1000), (12_345, 54_321), (7, 1_000_000)]

poisson = [
    {"n": n, "low": float(chi2.ppf(0.025, 2 * n)) / 2 if n else 0.0, "high": float(chi2.ppf(0.975, 2 * n + 2)) / 2}
    for n in COUNTS
]
wilson = []
for k, n in SHARES:
    interval = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")
    wilson.append({"k": k, "n": n, "low": float(interval.low), "high": float(interval.high)})

target = Path(__file__).with_name("intervals.fixture.json")
target.write_text(json.dumps({"madeBy": f"scipy {scipy.__version__}", "poisson": poisson, "wilson": wilson}, indent=1) + "\n")
