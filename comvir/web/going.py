"""Where somebody goes next: only ever to a page of this house."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, otherwise: str = "/") -> str:
    """The address asked for with `next`, if it is one of ours; `otherwise` when it is not, or none was asked for."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return ours(asked) or otherwise


def ours(address: str) -> str:
    """The address when it is a path of this house, an empty string when it leads anywhere else."""
    inside = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if inside and len(address) <= 500 else ""
