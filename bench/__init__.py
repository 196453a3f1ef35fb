"""What the house costs, measured beside the floors of the same machine in the same minutes.

`python -m bench` runs every figure. A figure is a module with `measure(scale) -> dict`, where
`scale` is "quick", "normal" or "full" and the result maps names (with their unit at the end,
such as `cpu_us`) to numbers. Ratios to a floor travel from one machine to another; times do not.
"""
