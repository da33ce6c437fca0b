"""Python's way to fleetsim, a seeded simulator of a managed PC fleet that consumes software licenses.

The wheel carries the program itself; this package starts it and reads what it wrote:

    import fleetsim

    results = fleetsim.run("fleet.yaml", set={"licenses.base.nodes": 900}, seed=42)
    timeline = fleetsim.read_timeline(results.folder)      # pandas.DataFrame(timeline) takes it as it is

It needs nothing but the standard library. `fleetsim.cluster` spreads a study over many machines, and needs Dask.
"""

from ._binary import FleetsimError, binary, call, version
from ._results import Cell, Results, read_csv, read_timeline
from ._run import run

__all__ = ["Cell", "FleetsimError", "Results", "binary", "call", "read_csv", "read_timeline", "run", "version"]
