"""Care plans side by side: the same person, the same luck, several plans."""
