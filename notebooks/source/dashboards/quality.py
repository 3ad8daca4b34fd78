# %%
from labkit.dashboards import quality

quality()
