"""The least that landing could do: read the inbox's csv files as text and write them as Parquet, proving nothing.

`python -m bench.bare_read INBOX OUT` prints its seconds.
"""

import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet


def copy(inbox: Path, out: Path) -> None:
    """Write each csv as a Parquet file of text, compressed as landing's."""
    for path in sorted(inbox.rglob("*.csv")):
        with path.open("rb") as lines:
            names = lines.readline().decode().strip().replace('"', "").split(",")
        convert = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
        table = pyarrow.csv.read_csv(path, convert_options=convert)
        target = out / path.parent.name / f"{path.stem}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(table, target, compression="zstd", compression_level=1)


if __name__ == "__main__":
    begun = time.perf_counter()
    copy(Path(sys.argv[1]), Path(sys.argv[2]))
    print(time.perf_counter() - begun)
