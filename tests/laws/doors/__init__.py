"""Rows of the authorisation matrix, a file for each topic.

A file here has `ROWS: list[Row]` and `extend(scene)`, which adds what its rows need to the scene
(kept in `scene.more`). Import only from `tests.laws.roles`.
"""

from importlib import import_module
from pkgutil import iter_modules

DOORS = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
