"""What is done behind the pages: outside news is read, each when its time has come."""

from datetime import timedelta

from comvir.intake.models import Wire
from comvir.intake.reading import read_wire
from comvir.lib import clock

# Longer than any reading takes: until then nobody else takes up the same one, and after a crash somebody does.
HELD = timedelta(minutes=10)


def poll_due(batch: int = 1) -> int:
    """Read a batch of the wires that are due, one after the other; returns how many.

    It asks the web: up to a minute for each. So it wants a thread of its own, which other chores don't wait for.
    """
    now = clock.now()
    due = Wire.objects.filter(left_out_at=None, gave_up_at=None, next_at__lte=now).select_related("community", "person")
    done = 0
    for wire in due.order_by("next_at", "pk")[:batch]:
        if Wire.objects.filter(pk=wire.pk, next_at=wire.next_at).update(next_at=now + HELD):
            read_wire(wire)
            done += 1
    return done
