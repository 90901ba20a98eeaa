"""The models: dbt run in this process, with the merchant's own seed rows."""

from tieout.dbt.build import LAYERS, BuildResult, build
from tieout.dbt.dictionary import dictionary, read_manifest, write_dictionary
from tieout.dbt.docs import docs

__all__ = ["LAYERS", "BuildResult", "build", "dictionary", "docs", "read_manifest", "write_dictionary"]
