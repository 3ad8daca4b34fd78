# %%
from labkit.dashboards import data

data()
