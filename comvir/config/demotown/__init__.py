"""The demonstration town: who lives there, their circles, and what they told one another.

The words are in `tales/` and `charters/`; `comvir.config.demo` makes them happen through the acts.
"""
