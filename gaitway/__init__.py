"""Gaitway turns a strategy into action by the crawl, walk, run model."""

__version__ = "0.1.0"
