# %%
from labkit.dashboards import dashboard

dashboard("models")
