"""How labkit's dashboards are served: Voila with our template, our settings (voila.json) and our launcher.

This folder lies as Jupyter expects below a JUPYTER_PATH (`voila/templates/labkit`); the launcher names its parent.
"""
