#!/usr/bin/env python3
"""Django's own commands, for those who look for them here. The house's are: python -m comvir --help"""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
    execute_from_command_line(sys.argv)
