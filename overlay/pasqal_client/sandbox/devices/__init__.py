"""The devices: which there are, the specifications that Pulser reads, and the queues."""

from __future__ import annotations
