# %% [markdown]
# # From a scenario to a chart
#
# How many licenses does an office of 1,000 PCs need, and what does a smaller or a larger pool change? This file is a
# notebook: editors that know `# %%` cells (VS Code, PyCharm, Spyder, Jupyter with Jupytext) run it cell by cell, and
# `python from_scenario_to_chart.py [FOLDER]` runs it as a whole.
#
# It needs `pip install "fleetsim[examples]"`.

# %%
import sys
from pathlib import Path

import matplotlib
import matplotlib.dates

import fleetsim

if not hasattr(sys, "ps1"):
    matplotlib.use("agg")  # run as a program: a picture, no window
import matplotlib.pyplot as plt

folder = Path(sys.argv[1] if len(sys.argv) > 1 and "ipykernel" not in sys.modules else "from-scenario-to-chart")
folder.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## The scenario
# A rollout over six weeks; a PC takes a license with its first scan that finds one free. Any scenario file
# will do instead; `fleetsim init` writes one with comments.

# %%
scenario = folder / "office.yaml"
scenario.write_text(
    """\
fleetsim: 1
name: Office
seed: 7
start: 2026-01-05
duration: 90d
licenses:
  base: {kind: perpetual, nodes: 850, aup_until: 2026-12-31}
groups:
  desktops: {clients: 700, enrol: {uniform: [0d, 42d]}}
  laptops: {clients: 300, enrol: {uniform: [0d, 42d]}}
actions:
  - {at: 2026-02-16T09:00, retire: {group: desktops, clients: 60}}
"""
)

# %% [markdown]
# ## Run it
# With three pools. The same seed gives all of them the same luck, so that they differ by their pools only.

# %%
pools = [850, 950, 1050]
results = {
    nodes: fleetsim.run(scenario, output=folder / f"pool-{nodes}", set={"licenses.base.nodes": nodes}) for nodes in pools
}
for nodes, result in results.items():
    summary = result.summary()
    print(f"{nodes:,} licenses: peak {summary['pool']['peak_in_use']:,}, turned away {summary['clients']['rejected']:,}")

# %% [markdown]
# ## The timeline
# A mapping from column to values, ints and datetimes already: `pandas.DataFrame(timeline)` and
# `polars.DataFrame(timeline)` take it as it is, and so does matplotlib.

# %%
timelines = {nodes: fleetsim.read_timeline(result.folder) for nodes, result in results.items()}

# %% [markdown]
# ## The chart

# %%
figure, axes = plt.subplots(1, len(pools), figsize=(12, 4), sharey=True, constrained_layout=True)
for axis, (nodes, timeline) in zip(axes, timelines.items()):
    when, in_use, waiting = (timeline[name] for name in ("timestamp", "licenses_in_use", "clients_waiting"))
    axis.stackplot(
        when, in_use, waiting, labels=["licenses in use", "clients waiting"], colors=["#4c78a8", "#f58518"], step="post"
    )
    axis.step(when, timeline["licenses_total"], where="post", color="#333333", linewidth=1.5, label="licenses owned")
    axis.set_title(f"{nodes:,} licenses")
    axis.xaxis.set_major_locator(matplotlib.dates.MonthLocator())
    axis.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%b"))
    axis.spines[["top", "right"]].set_visible(False)
axes[0].set_ylim(bottom=0)
axes[0].set_ylabel("clients")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
figure.suptitle("1,000 PCs are rolled out in six weeks; 60 are retired on 16 February 2026")

picture = folder / "office.png"
figure.savefig(picture, dpi=120)
print(f"wrote {picture}")
