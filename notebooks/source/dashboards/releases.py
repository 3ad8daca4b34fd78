# %%
from labkit.dashboards import dashboard

dashboard("releases")
