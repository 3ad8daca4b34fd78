# %%
from labkit.dashboards import dashboard

dashboard("data")
