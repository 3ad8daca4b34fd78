# %%
from labkit.dashboards import this_week

this_week()
