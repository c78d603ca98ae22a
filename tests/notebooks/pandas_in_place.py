"""A frame that cells change in place, one of them twice."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="in-place pandas operations",
    mess="drop(inplace), new columns, a cell that is not idempotent and was run twice, a column deleted",
    files={
        "flats.csv": "area,rooms,rent,id\n"
        + "".join(f"{30 + i * 17 % 70},{1 + i % 4},{400 + i * 29 % 500},{i}\n" for i in range(50))
    },
    played=r"""
# %% imports
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
# %% read
df = pd.read_csv("flats.csv")
# %% drop
df.drop(columns="id", inplace=True)
# %% scale
df["rent"] = df["rent"] / 10
# %% look
df.head(3)
# %% density
df["density"] = df["rooms"] / df["area"]
df.loc[df["rooms"] > 3, "density"] = 0.1
# %% scale again
# %% unused
summary = df.groupby("rooms").mean()
# %% remove
del df["rooms"]
# %% fit
model = Ridge(alpha=2.0).fit(df[["area", "density"]], df["rent"])
r2_score(df["rent"], model.predict(df[["area", "density"]]))
""",
    targets=(Target("Ridge"),),
)
