"""What happens when, and what moves if this slips?"""

from .page import filters, one, page
from .values import Roadmap, Row
from .window import Window

__all__ = ["Roadmap", "Row", "Window", "filters", "one", "page"]
