"""How the hub goes out: where it may go, and how long it waits there. Tests widen the policy, nothing else does."""

from comvir.lib.fetch import Limits, Policy

policy = Policy()
# What a subscriber answers to a delivery is of no interest, so it is not waited for long, nor read far.
DELIVERY = Limits(seconds=5, connect=3, bytes=64 * 1024)
# The echo of a challenge has 43 letters.
VERIFICATION = Limits(seconds=5, connect=3, bytes=1024)
