# %%
from labkit.dashboards import dashboard

dashboard("week")
