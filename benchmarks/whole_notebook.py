"""What capture adds to a whole ordinary notebook: CPU seconds of a real kernel from start to end, on and off in turns.

    python benchmarks/whole_notebook.py [--json FILE]

Two notebooks: the demo that celltrail ships (23 cells, scikit-learn), and one of pandas and scikit-learn on 300,000
rows that is written here, with the reading, cleaning, grouping, plotting and fitting of a working day. One BLAS thread:
idle ones burn CPU time that is nobody's work.
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from jupyter_client import KernelManager

PROMISE = 0.03
REPEATS = 7
DEMO = Path(__file__).parents[1] / "notebooks" / "diabetes_progression.ipynb"
TICKS = os.sysconf("SC_CLK_TCK")
DAY = (
    (
        "import numpy as np\nimport pandas as pd\nimport matplotlib\n"
        "matplotlib.use('agg')\nimport matplotlib.pyplot as plt"
    ),
    (
        "from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor\n"
        "from sklearn.linear_model import Ridge\nfrom sklearn.metrics import mean_absolute_error, r2_score\n"
        "from sklearn.model_selection import cross_val_score, train_test_split"
    ),
    "rng = np.random.default_rng(0)\nn = 300_000",
    (
        "made = pd.DataFrame({'day': pd.Timestamp('2024-01-01') + pd.to_timedelta(rng.integers(0, 700, n), 'D'),\n"
        "    'store': rng.choice([f'store {i}' for i in range(60)], n), 'price': rng.gamma(2, 10, n),\n"
        "    'units': rng.poisson(7, n), 'promotion': rng.random(n) < 0.2})\nmade.to_csv('sales.csv', index=False)"
    ),
    "sales = pd.read_csv('sales.csv', parse_dates=['day'])",
    "sales.head()",
    "sales.describe()",
    "sales = sales.dropna()",
    "sales['revenue'] = sales.price * sales.units",
    "sales['weekday'] = sales.day.dt.dayofweek",
    "sales['month'] = sales.day.dt.month",
    "by_store = sales.groupby('store').revenue.agg(['mean', 'std', 'count'])",
    "by_store.sort_values('mean').tail()",
    "by_day = sales.groupby('day').revenue.sum()",
    "by_day.rolling(28).mean().plot()\nplt.savefig('revenue.png')\nplt.close()",
    "sales.pivot_table(index='month', columns='weekday', values='revenue')",
    "features = pd.get_dummies(sales[['price', 'weekday', 'month', 'promotion', 'store']], columns=['store'])",
    "target = sales.units + 3 * sales.promotion - 0.05 * sales.price",
    "X_train, X_test, y_train, y_test = train_test_split(features, target, random_state=0)",
    "alpha = 1.0\nridge = Ridge(alpha=alpha).fit(X_train, y_train)",
    "mean_absolute_error(y_test, ridge.predict(X_test)), r2_score(y_test, ridge.predict(X_test))",
    "small = features.iloc[:30_000]\ncross_val_score(Ridge(), small, target.iloc[:30_000], cv=5).mean()",
    "boosted = HistGradientBoostingRegressor(max_iter=60, random_state=0).fit(X_train, y_train)",
    "mean_absolute_error(y_test, boosted.predict(X_test))",
    (
        "for depth in (4, 8):\n    forest = RandomForestRegressor(10, max_depth=depth, random_state=0)\n"
        "    forest.fit(X_train.iloc[:20_000], y_train.iloc[:20_000])\n"
        "    print(depth, r2_score(y_test, forest.predict(X_test)))"
    ),
    "errors = y_test - boosted.predict(X_test)\nerrors.describe()",
    "errors.abs().groupby(X_test.month).mean()",
    "errors.to_csv('errors.csv')",
)


def cells_of_demo() -> tuple[str, ...]:
    """The code cells of the demo."""
    cells = json.loads(DEMO.read_text(encoding="utf-8"))["cells"]
    return tuple("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def kernel_cpu_s(cells: tuple[str, ...], *, is_on: bool) -> float:
    """CPU seconds of a kernel that runs the cells, from its start to just before its end."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").touch()
        manager = KernelManager(kernel_name="python3")
        one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CELLTRAIL": "" if is_on else "off"}
        manager.start_kernel(cwd=folder, env={**os.environ, **one})
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            for source in cells:
                client.execute_interactive(source, output_hook=lambda _message: None, timeout=300)
            # Waits for what capture does after the cells, as the end of the session would.
            client.execute_interactive("import time; time.sleep(0.5)", timeout=60, store_history=False)
            fields = Path(f"/proc/{manager.provisioner.pid}/stat").read_text().rpartition(")")[2].split()
            return sum(map(int, fields[11:15])) / TICKS
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def measure(cells: tuple[str, ...]) -> tuple[float, float]:
    """Median CPU seconds with capture, and without."""
    on, off = [], []
    for _ in range(REPEATS):
        off.append(kernel_cpu_s(cells, is_on=False))
        on.append(kernel_cpu_s(cells, is_on=True))
    return statistics.median(on), statistics.median(off)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = []
    for name, cells in (("the demo, 23 cells", cells_of_demo()), (f"a day's work, {len(DAY)} cells", DAY)):
        on, off = measure(cells)
        print(f"{name}: {off:.2f} s CPU without, {on:.2f} s with: {(on / off - 1) * 100:+.1f} %", flush=True)
        rows.append(
            {
                "name": f"a whole notebook's CPU, added by capture: {name}",
                "promise": f"<= {PROMISE:.0%}",
                "measured": round((on / off - 1) * 100, 1),
                "unit": "%",
                "peer": f"{off:.2f} s without",
            }
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
