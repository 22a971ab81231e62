"""Peers: other tools, each given the same cases; a tool that is not installed is named, and how to get it."""
