# %%
from labkit.dashboards import releases

releases()
