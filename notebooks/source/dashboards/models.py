# %%
from labkit.dashboards import model_choice

model_choice()
