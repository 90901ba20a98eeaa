"""The models: dbt run in this process, with the merchant's own seed rows."""

from tieout.dbt.build import LAYERS, BuildResult, build
from tieout.dbt.dictionary import columns_of, dictionary, read_manifest, write_dictionary
from tieout.dbt.docs import docs

__all__ = ["LAYERS", "BuildResult", "build", "columns_of", "dictionary", "docs", "read_manifest", "write_dictionary"]
