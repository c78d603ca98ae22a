"""The ordinary notebooks of `whole_notebook.py`: the demo, a day's work with a table, a first look by plots."""

import json
from dataclasses import dataclass
from pathlib import Path

_DEMO = Path(__file__).parents[1] / "notebooks" / "diabetes_progression.ipynb"
_DAY = (
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
_LOOK = (
    (
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\n"
        "from sklearn.datasets import load_digits\nfrom sklearn.decomposition import PCA\n"
        "from sklearn.cluster import KMeans\nfrom sklearn.metrics import adjusted_rand_score, silhouette_score"
    ),
    "digits = load_digits(as_frame=True)\nframe = digits.frame\nframe.shape",
    "frame.head()",
    "frame.describe().T.head(12)",
    "frame['target'].value_counts().sort_index().plot.bar();",
    (
        "fig, axes = plt.subplots(2, 5, figsize=(9, 4))\nfor axis, image in zip(axes.flat, digits.images):\n"
        "    axis.imshow(image, cmap='gray_r')\n    axis.set_axis_off()"
    ),
    "pixels = frame.drop(columns='target')\nvaries = pixels.std()\nvaries.hist(bins=30);",
    "kept = pixels.loc[:, varies > 0.5]\nkept.shape",
    "plt.figure(figsize=(7, 6))\nplt.imshow(kept.corr(), cmap='RdBu', vmin=-1, vmax=1)\nplt.colorbar();",
    "kept.iloc[:, :9].hist(bins=16, figsize=(9, 7));",
    "frame.groupby('target')[['pixel_2_2', 'pixel_3_4', 'pixel_5_5']].mean().plot();",
    "pca = PCA(20, random_state=0)\nflat = pca.fit_transform(kept)",
    "plt.plot(np.cumsum(pca.explained_variance_ratio_), marker='o')\nplt.xlabel('components');",
    (
        "plt.figure(figsize=(7, 6))\nplt.scatter(flat[:, 0], flat[:, 1], c=frame['target'], cmap='tab10', s=8)\n"
        "plt.colorbar();"
    ),
    (
        "found = {}\nfor k in range(6, 15):\n    means = KMeans(k, n_init=10, random_state=0).fit(flat)\n"
        "    found[k] = silhouette_score(flat, means.labels_)\npd.Series(found).plot(marker='o');"
    ),
    "means = KMeans(10, n_init=10, random_state=0).fit(flat)\nadjusted_rand_score(frame['target'], means.labels_)",
    "pd.crosstab(frame['target'], means.labels_)",
    (
        "fig, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)\n"
        "for axis, colour in zip(axes, (frame['target'], means.labels_)):\n"
        "    axis.scatter(flat[:, 0], flat[:, 1], c=colour, cmap='tab10', s=6)"
    ),
    "pd.DataFrame(flat[:, :4]).boxplot();",
    "fig.savefig('clusters.png', dpi=120)\nframe.assign(cluster=means.labels_).to_csv('clusters.csv', index=False)",
)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook: what it is called, and the sources of its code cells."""

    name: str
    cells: tuple[str, ...]


def ordinary_notebooks() -> tuple[Notebook, ...]:
    """All three."""
    cells = json.loads(_DEMO.read_text(encoding="utf-8"))["cells"]
    demo = tuple("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return Notebook("the demo", demo), Notebook("a day's work", _DAY), Notebook("a look by plots", _LOOK)
