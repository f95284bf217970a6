"""The version of the distribution, in one place that the build reads without importing anything."""

__version__ = "0.1.0"
