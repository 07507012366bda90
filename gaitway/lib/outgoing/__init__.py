"""The one door to the outside: every HTTP request of the house goes through `Door`.

The path of a request: `addresses` says which are refused, `network` resolves the name itself and connects to exactly
the address that was checked, `visit` asks, follows and counts, `bodies` unpacks. What goes wrong is one `Failed` with a
sentence that names the place and the fix. httpx2 is imported when the door is opened.
"""

from .door import Budget, Door
from .faults import Failed
from .leave import private_hosts

__all__ = ["Budget", "Door", "Failed", "private_hosts"]
