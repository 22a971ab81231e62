"""Bench: how fast and how exact the engines are, beside other tools, in one run on one machine."""
