"""Texts that many records share, each kept once: columns of records as Arrow's dictionaries.

Records say the same of their item, authority and legal basis again and again. As dictionaries such columns
are read, put together and written in less time and memory than as texts.
"""

import numpy as np
import pyarrow as pa
from pyarrow import compute

from tabularium.register.open_rows import SCHEMA

OWN = {
    *("id", "organisation", "organisation_name", "identifiers", "decision_number", "summary"),
}
"""Texts that an entry has for itself, or shares with few: to keep each once would spare nothing."""

SHARED = [each.name for each in SCHEMA if pa.types.is_string(each.type) and each.name not in OWN]
"""The columns whose texts are shared."""

_DICTIONARY = pa.dictionary(pa.int32(), pa.string())

SHARED_SCHEMA = pa.schema(
    [each.with_type(_DICTIONARY) if each.name in SHARED else each for each in SCHEMA]
)
"""Of records whose shared texts are kept once."""


def shared(table: pa.Table) -> pa.Table:
    """The same table, its shared texts kept once."""
    for place, name in enumerate(table.column_names):
        if name in SHARED and pa.types.is_string(table[name].type):
            table = table.set_column(place, name, table[name].dictionary_encode())
    return table


def only_used(table: pa.Table) -> pa.Table:
    """The same records by `SHARED_SCHEMA`, with no text beside those that they say.

    The texts are in the order in which they come first, whatever the records were made of. So no text
    outlives the records that said it, and the same records make the same file.
    """
    table = shared(table).combine_chunks()
    columns = [_only_used(table[name]) if name in SHARED else table[name] for name in SCHEMA.names]
    return pa.table(columns, schema=SHARED_SCHEMA)


def _only_used(column: pa.ChunkedArray) -> pa.Array:
    texts = column.combine_chunks()
    used = compute.unique(texts.indices).drop_null()
    if len(used) == len(texts.dictionary) and np.array_equal(used, np.arange(len(used))):
        return texts
    places = compute.index_in(texts.indices, value_set=used)
    return pa.DictionaryArray.from_arrays(places, texts.dictionary.take(used))
