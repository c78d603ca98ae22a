"""Tables that keep versions, for notebooks of tests: written by the libraries themselves."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.table import Table


def append_delta(path: Path, *values: float) -> int:
    """Append rows to a Delta table, made if it is not there; its version then."""
    write_deltalake(str(path), pd.DataFrame({"x": values}), mode="append")
    return DeltaTable(str(path)).version()


def catalog_of(folder: Path) -> Catalog:
    """A catalog in an SQLite file, with its warehouse beside it."""
    (folder / "warehouse").mkdir(parents=True, exist_ok=True)
    return load_catalog(
        "default", type="sql", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse"
    )


CATALOG = (
    "from pathlib import Path\n"
    "from pyiceberg.catalog import load_catalog\n"
    "here = Path({folder!r})\n"
    "catalog = load_catalog('default', type='sql', uri=f'sqlite:///{{here}}/catalog.db', "
    "warehouse=f'file://{{here}}/warehouse')"
)


def append_iceberg(folder: Path, *values: float, name: str = "db.sales") -> Table:
    """Append rows to an Iceberg table, made if it is not there."""
    catalog = catalog_of(folder)
    catalog.create_namespace_if_not_exists(name.partition(".")[0])
    table = catalog.create_table_if_not_exists(name, schema=pa.schema([("x", pa.float64())]))
    table.append(pa.table({"x": pa.array(values, pa.float64())}))
    return table
