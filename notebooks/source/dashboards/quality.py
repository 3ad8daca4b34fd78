# %%
from labkit.dashboards import dashboard

dashboard("quality")
