"""comvir: a self-hosted server for communities whose members show up for each other."""

__version__ = "0.1.0"
